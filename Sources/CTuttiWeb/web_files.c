// Written by scripts/embed-web; change the files of web/ and call it again.

#include "CTuttiWeb.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file0[] = {
#embed "../../web/css/access.css"
};
static const unsigned char file1[] = {
#embed "../../web/css/agent.css"
};
static const unsigned char file2[] = {
#embed "../../web/css/app.css"
};
static const unsigned char file3[] = {
#embed "../../web/css/approvals.css"
};
static const unsigned char file4[] = {
#embed "../../web/css/base.css"
};
static const unsigned char file5[] = {
#embed "../../web/css/docs.css"
};
static const unsigned char file6[] = {
#embed "../../web/css/document.css"
};
static const unsigned char file7[] = {
#embed "../../web/css/events.css"
};
static const unsigned char file8[] = {
#embed "../../web/css/gateway.css"
};
static const unsigned char file9[] = {
#embed "../../web/css/pages.css"
};
static const unsigned char file10[] = {
#embed "../../web/css/roundtable.css"
};
static const unsigned char file11[] = {
#embed "../../web/css/run.css"
};
static const unsigned char file12[] = {
#embed "../../web/css/runs.css"
};
static const unsigned char file13[] = {
#embed "../../web/css/shell.css"
};
static const unsigned char file14[] = {
#embed "../../web/css/step.css"
};
static const unsigned char file15[] = {
#embed "../../web/css/text.css"
};
static const unsigned char file16[] = {
#embed "../../web/css/timeline.css"
};
static const unsigned char file17[] = {
#embed "../../web/css/tokens.css"
};
static const unsigned char file18[] = {
#embed "../../web/icon.svg"
};
static const unsigned char file19[] = {
#embed "../../web/index.html"
};
static const unsigned char file20[] = {
#embed "../../web/js/access/approvals.js"
};
static const unsigned char file21[] = {
#embed "../../web/js/access/directory.js"
};
static const unsigned char file22[] = {
#embed "../../web/js/access/invitations.js"
};
static const unsigned char file23[] = {
#embed "../../web/js/access/keys.js"
};
static const unsigned char file24[] = {
#embed "../../web/js/access/limits.js"
};
static const unsigned char file25[] = {
#embed "../../web/js/access/page.js"
};
static const unsigned char file26[] = {
#embed "../../web/js/access/people.js"
};
static const unsigned char file27[] = {
#embed "../../web/js/access/policy.js"
};
static const unsigned char file28[] = {
#embed "../../web/js/access/roles.js"
};
static const unsigned char file29[] = {
#embed "../../web/js/access/sessions.js"
};
static const unsigned char file30[] = {
#embed "../../web/js/account/gate.js"
};
static const unsigned char file31[] = {
#embed "../../web/js/account/login.js"
};
static const unsigned char file32[] = {
#embed "../../web/js/account/models.js"
};
static const unsigned char file33[] = {
#embed "../../web/js/account/own-keys.js"
};
static const unsigned char file34[] = {
#embed "../../web/js/account/page.js"
};
static const unsigned char file35[] = {
#embed "../../web/js/account/register.js"
};
static const unsigned char file36[] = {
#embed "../../web/js/agent/agents.js"
};
static const unsigned char file37[] = {
#embed "../../web/js/agent/asked.js"
};
static const unsigned char file38[] = {
#embed "../../web/js/agent/call.js"
};
static const unsigned char file39[] = {
#embed "../../web/js/agent/egress.js"
};
static const unsigned char file40[] = {
#embed "../../web/js/agent/exact.js"
};
static const unsigned char file41[] = {
#embed "../../web/js/agent/files.js"
};
static const unsigned char file42[] = {
#embed "../../web/js/agent/turns.js"
};
static const unsigned char file43[] = {
#embed "../../web/js/agent/work.js"
};
static const unsigned char file44[] = {
#embed "../../web/js/gateway/chat.js"
};
static const unsigned char file45[] = {
#embed "../../web/js/gateway/column.js"
};
static const unsigned char file46[] = {
#embed "../../web/js/gateway/days.js"
};
static const unsigned char file47[] = {
#embed "../../web/js/gateway/figures.js"
};
static const unsigned char file48[] = {
#embed "../../web/js/gateway/playground.js"
};
static const unsigned char file49[] = {
#embed "../../web/js/gateway/providers.js"
};
static const unsigned char file50[] = {
#embed "../../web/js/gateway/route-order.js"
};
static const unsigned char file51[] = {
#embed "../../web/js/gateway/spend.js"
};
static const unsigned char file52[] = {
#embed "../../web/js/lib/api.js"
};
static const unsigned char file53[] = {
#embed "../../web/js/lib/diff.js"
};
static const unsigned char file54[] = {
#embed "../../web/js/lib/dom.js"
};
static const unsigned char file55[] = {
#embed "../../web/js/lib/format.js"
};
static const unsigned char file56[] = {
#embed "../../web/js/lib/keys.js"
};
static const unsigned char file57[] = {
#embed "../../web/js/lib/lease.js"
};
static const unsigned char file58[] = {
#embed "../../web/js/lib/markdown.js"
};
static const unsigned char file59[] = {
#embed "../../web/js/lib/me.js"
};
static const unsigned char file60[] = {
#embed "../../web/js/lib/prefs.js"
};
static const unsigned char file61[] = {
#embed "../../web/js/lib/router.js"
};
static const unsigned char file62[] = {
#embed "../../web/js/lib/safe.js"
};
static const unsigned char file63[] = {
#embed "../../web/js/lib/session.js"
};
static const unsigned char file64[] = {
#embed "../../web/js/lib/states.js"
};
static const unsigned char file65[] = {
#embed "../../web/js/lib/style.js"
};
static const unsigned char file66[] = {
#embed "../../web/js/lib/topic.js"
};
static const unsigned char file67[] = {
#embed "../../web/js/live/client.js"
};
static const unsigned char file68[] = {
#embed "../../web/js/live/hub.js"
};
static const unsigned char file69[] = {
#embed "../../web/js/live/sse.js"
};
static const unsigned char file70[] = {
#embed "../../web/js/live/worker.js"
};
static const unsigned char file71[] = {
#embed "../../web/js/main.js"
};
static const unsigned char file72[] = {
#embed "../../web/js/pages/approvals.js"
};
static const unsigned char file73[] = {
#embed "../../web/js/pages/audit.js"
};
static const unsigned char file74[] = {
#embed "../../web/js/pages/docs.js"
};
static const unsigned char file75[] = {
#embed "../../web/js/pages/events.js"
};
static const unsigned char file76[] = {
#embed "../../web/js/pages/panel-editor.js"
};
static const unsigned char file77[] = {
#embed "../../web/js/pages/roundtable.js"
};
static const unsigned char file78[] = {
#embed "../../web/js/pages/runs.js"
};
static const unsigned char file79[] = {
#embed "../../web/js/pages/secrets.js"
};
static const unsigned char file80[] = {
#embed "../../web/js/pages/settings.js"
};
static const unsigned char file81[] = {
#embed "../../web/js/run/actions.js"
};
static const unsigned char file82[] = {
#embed "../../web/js/run/axis.js"
};
static const unsigned char file83[] = {
#embed "../../web/js/run/canvas.js"
};
static const unsigned char file84[] = {
#embed "../../web/js/run/chart.js"
};
static const unsigned char file85[] = {
#embed "../../web/js/run/data.js"
};
static const unsigned char file86[] = {
#embed "../../web/js/run/dialogs.js"
};
static const unsigned char file87[] = {
#embed "../../web/js/run/document.js"
};
static const unsigned char file88[] = {
#embed "../../web/js/run/findings.js"
};
static const unsigned char file89[] = {
#embed "../../web/js/run/graph.js"
};
static const unsigned char file90[] = {
#embed "../../web/js/run/layout.js"
};
static const unsigned char file91[] = {
#embed "../../web/js/run/log.js"
};
static const unsigned char file92[] = {
#embed "../../web/js/run/neighbours.js"
};
static const unsigned char file93[] = {
#embed "../../web/js/run/page.js"
};
static const unsigned char file94[] = {
#embed "../../web/js/run/shape.js"
};
static const unsigned char file95[] = {
#embed "../../web/js/run/step-page.js"
};
static const unsigned char file96[] = {
#embed "../../web/js/run/step.js"
};
static const unsigned char file97[] = {
#embed "../../web/js/run/store.js"
};
static const unsigned char file98[] = {
#embed "../../web/js/run/streamed.js"
};
static const unsigned char file99[] = {
#embed "../../web/js/run/timeline.js"
};
static const unsigned char file100[] = {
#embed "../../web/js/run/words.js"
};
static const unsigned char file101[] = {
#embed "../../web/js/ui/approval.js"
};
static const unsigned char file102[] = {
#embed "../../web/js/ui/approved.js"
};
static const unsigned char file103[] = {
#embed "../../web/js/ui/content.js"
};
static const unsigned char file104[] = {
#embed "../../web/js/ui/dialog.js"
};
static const unsigned char file105[] = {
#embed "../../web/js/ui/diff.js"
};
static const unsigned char file106[] = {
#embed "../../web/js/ui/forms.js"
};
static const unsigned char file107[] = {
#embed "../../web/js/ui/help.js"
};
static const unsigned char file108[] = {
#embed "../../web/js/ui/json.js"
};
static const unsigned char file109[] = {
#embed "../../web/js/ui/key-limits.js"
};
static const unsigned char file110[] = {
#embed "../../web/js/ui/keys-list.js"
};
static const unsigned char file111[] = {
#embed "../../web/js/ui/notice.js"
};
static const unsigned char file112[] = {
#embed "../../web/js/ui/offer.js"
};
static const unsigned char file113[] = {
#embed "../../web/js/ui/palette.js"
};
static const unsigned char file114[] = {
#embed "../../web/js/ui/parts.js"
};
static const unsigned char file115[] = {
#embed "../../web/js/ui/people.js"
};
static const unsigned char file116[] = {
#embed "../../web/js/ui/rows.js"
};
static const unsigned char file117[] = {
#embed "../../web/js/ui/sessions-list.js"
};
static const unsigned char file118[] = {
#embed "../../web/js/ui/shell.js"
};
static const unsigned char file119[] = {
#embed "../../web/js/ui/who-menu.js"
};

static const struct CTuttiWeb_file files[] = {
    {"css/access.css", file0, sizeof file0},
    {"css/agent.css", file1, sizeof file1},
    {"css/app.css", file2, sizeof file2},
    {"css/approvals.css", file3, sizeof file3},
    {"css/base.css", file4, sizeof file4},
    {"css/docs.css", file5, sizeof file5},
    {"css/document.css", file6, sizeof file6},
    {"css/events.css", file7, sizeof file7},
    {"css/gateway.css", file8, sizeof file8},
    {"css/pages.css", file9, sizeof file9},
    {"css/roundtable.css", file10, sizeof file10},
    {"css/run.css", file11, sizeof file11},
    {"css/runs.css", file12, sizeof file12},
    {"css/shell.css", file13, sizeof file13},
    {"css/step.css", file14, sizeof file14},
    {"css/text.css", file15, sizeof file15},
    {"css/timeline.css", file16, sizeof file16},
    {"css/tokens.css", file17, sizeof file17},
    {"icon.svg", file18, sizeof file18},
    {"index.html", file19, sizeof file19},
    {"js/access/approvals.js", file20, sizeof file20},
    {"js/access/directory.js", file21, sizeof file21},
    {"js/access/invitations.js", file22, sizeof file22},
    {"js/access/keys.js", file23, sizeof file23},
    {"js/access/limits.js", file24, sizeof file24},
    {"js/access/page.js", file25, sizeof file25},
    {"js/access/people.js", file26, sizeof file26},
    {"js/access/policy.js", file27, sizeof file27},
    {"js/access/roles.js", file28, sizeof file28},
    {"js/access/sessions.js", file29, sizeof file29},
    {"js/account/gate.js", file30, sizeof file30},
    {"js/account/login.js", file31, sizeof file31},
    {"js/account/models.js", file32, sizeof file32},
    {"js/account/own-keys.js", file33, sizeof file33},
    {"js/account/page.js", file34, sizeof file34},
    {"js/account/register.js", file35, sizeof file35},
    {"js/agent/agents.js", file36, sizeof file36},
    {"js/agent/asked.js", file37, sizeof file37},
    {"js/agent/call.js", file38, sizeof file38},
    {"js/agent/egress.js", file39, sizeof file39},
    {"js/agent/exact.js", file40, sizeof file40},
    {"js/agent/files.js", file41, sizeof file41},
    {"js/agent/turns.js", file42, sizeof file42},
    {"js/agent/work.js", file43, sizeof file43},
    {"js/gateway/chat.js", file44, sizeof file44},
    {"js/gateway/column.js", file45, sizeof file45},
    {"js/gateway/days.js", file46, sizeof file46},
    {"js/gateway/figures.js", file47, sizeof file47},
    {"js/gateway/playground.js", file48, sizeof file48},
    {"js/gateway/providers.js", file49, sizeof file49},
    {"js/gateway/route-order.js", file50, sizeof file50},
    {"js/gateway/spend.js", file51, sizeof file51},
    {"js/lib/api.js", file52, sizeof file52},
    {"js/lib/diff.js", file53, sizeof file53},
    {"js/lib/dom.js", file54, sizeof file54},
    {"js/lib/format.js", file55, sizeof file55},
    {"js/lib/keys.js", file56, sizeof file56},
    {"js/lib/lease.js", file57, sizeof file57},
    {"js/lib/markdown.js", file58, sizeof file58},
    {"js/lib/me.js", file59, sizeof file59},
    {"js/lib/prefs.js", file60, sizeof file60},
    {"js/lib/router.js", file61, sizeof file61},
    {"js/lib/safe.js", file62, sizeof file62},
    {"js/lib/session.js", file63, sizeof file63},
    {"js/lib/states.js", file64, sizeof file64},
    {"js/lib/style.js", file65, sizeof file65},
    {"js/lib/topic.js", file66, sizeof file66},
    {"js/live/client.js", file67, sizeof file67},
    {"js/live/hub.js", file68, sizeof file68},
    {"js/live/sse.js", file69, sizeof file69},
    {"js/live/worker.js", file70, sizeof file70},
    {"js/main.js", file71, sizeof file71},
    {"js/pages/approvals.js", file72, sizeof file72},
    {"js/pages/audit.js", file73, sizeof file73},
    {"js/pages/docs.js", file74, sizeof file74},
    {"js/pages/events.js", file75, sizeof file75},
    {"js/pages/panel-editor.js", file76, sizeof file76},
    {"js/pages/roundtable.js", file77, sizeof file77},
    {"js/pages/runs.js", file78, sizeof file78},
    {"js/pages/secrets.js", file79, sizeof file79},
    {"js/pages/settings.js", file80, sizeof file80},
    {"js/run/actions.js", file81, sizeof file81},
    {"js/run/axis.js", file82, sizeof file82},
    {"js/run/canvas.js", file83, sizeof file83},
    {"js/run/chart.js", file84, sizeof file84},
    {"js/run/data.js", file85, sizeof file85},
    {"js/run/dialogs.js", file86, sizeof file86},
    {"js/run/document.js", file87, sizeof file87},
    {"js/run/findings.js", file88, sizeof file88},
    {"js/run/graph.js", file89, sizeof file89},
    {"js/run/layout.js", file90, sizeof file90},
    {"js/run/log.js", file91, sizeof file91},
    {"js/run/neighbours.js", file92, sizeof file92},
    {"js/run/page.js", file93, sizeof file93},
    {"js/run/shape.js", file94, sizeof file94},
    {"js/run/step-page.js", file95, sizeof file95},
    {"js/run/step.js", file96, sizeof file96},
    {"js/run/store.js", file97, sizeof file97},
    {"js/run/streamed.js", file98, sizeof file98},
    {"js/run/timeline.js", file99, sizeof file99},
    {"js/run/words.js", file100, sizeof file100},
    {"js/ui/approval.js", file101, sizeof file101},
    {"js/ui/approved.js", file102, sizeof file102},
    {"js/ui/content.js", file103, sizeof file103},
    {"js/ui/dialog.js", file104, sizeof file104},
    {"js/ui/diff.js", file105, sizeof file105},
    {"js/ui/forms.js", file106, sizeof file106},
    {"js/ui/help.js", file107, sizeof file107},
    {"js/ui/json.js", file108, sizeof file108},
    {"js/ui/key-limits.js", file109, sizeof file109},
    {"js/ui/keys-list.js", file110, sizeof file110},
    {"js/ui/notice.js", file111, sizeof file111},
    {"js/ui/offer.js", file112, sizeof file112},
    {"js/ui/palette.js", file113, sizeof file113},
    {"js/ui/parts.js", file114, sizeof file114},
    {"js/ui/people.js", file115, sizeof file115},
    {"js/ui/rows.js", file116, sizeof file116},
    {"js/ui/sessions-list.js", file117, sizeof file117},
    {"js/ui/shell.js", file118, sizeof file118},
    {"js/ui/who-menu.js", file119, sizeof file119},
};

size_t CTuttiWeb_count(void) { return sizeof files / sizeof files[0]; }

const struct CTuttiWeb_file *CTuttiWeb_at(size_t index) { return &files[index]; }
