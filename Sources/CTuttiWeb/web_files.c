// Written by scripts/embed-web; change the files of web/ and call it again.

#include "CTuttiWeb.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file0[] = {
#embed "../../web/css/access.css"
};
static const unsigned char file1[] = {
#embed "../../web/css/app.css"
};
static const unsigned char file2[] = {
#embed "../../web/css/approvals.css"
};
static const unsigned char file3[] = {
#embed "../../web/css/base.css"
};
static const unsigned char file4[] = {
#embed "../../web/css/docs.css"
};
static const unsigned char file5[] = {
#embed "../../web/css/document.css"
};
static const unsigned char file6[] = {
#embed "../../web/css/events.css"
};
static const unsigned char file7[] = {
#embed "../../web/css/gateway.css"
};
static const unsigned char file8[] = {
#embed "../../web/css/pages.css"
};
static const unsigned char file9[] = {
#embed "../../web/css/roundtable.css"
};
static const unsigned char file10[] = {
#embed "../../web/css/run.css"
};
static const unsigned char file11[] = {
#embed "../../web/css/runs.css"
};
static const unsigned char file12[] = {
#embed "../../web/css/shell.css"
};
static const unsigned char file13[] = {
#embed "../../web/css/step.css"
};
static const unsigned char file14[] = {
#embed "../../web/css/text.css"
};
static const unsigned char file15[] = {
#embed "../../web/css/timeline.css"
};
static const unsigned char file16[] = {
#embed "../../web/css/tokens.css"
};
static const unsigned char file17[] = {
#embed "../../web/icon.svg"
};
static const unsigned char file18[] = {
#embed "../../web/index.html"
};
static const unsigned char file19[] = {
#embed "../../web/js/access/approvals.js"
};
static const unsigned char file20[] = {
#embed "../../web/js/access/directory.js"
};
static const unsigned char file21[] = {
#embed "../../web/js/access/invitations.js"
};
static const unsigned char file22[] = {
#embed "../../web/js/access/keys.js"
};
static const unsigned char file23[] = {
#embed "../../web/js/access/limits.js"
};
static const unsigned char file24[] = {
#embed "../../web/js/access/page.js"
};
static const unsigned char file25[] = {
#embed "../../web/js/access/people.js"
};
static const unsigned char file26[] = {
#embed "../../web/js/access/policy.js"
};
static const unsigned char file27[] = {
#embed "../../web/js/access/roles.js"
};
static const unsigned char file28[] = {
#embed "../../web/js/access/sessions.js"
};
static const unsigned char file29[] = {
#embed "../../web/js/account/gate.js"
};
static const unsigned char file30[] = {
#embed "../../web/js/account/login.js"
};
static const unsigned char file31[] = {
#embed "../../web/js/account/models.js"
};
static const unsigned char file32[] = {
#embed "../../web/js/account/own-keys.js"
};
static const unsigned char file33[] = {
#embed "../../web/js/account/page.js"
};
static const unsigned char file34[] = {
#embed "../../web/js/account/register.js"
};
static const unsigned char file35[] = {
#embed "../../web/js/gateway/chat.js"
};
static const unsigned char file36[] = {
#embed "../../web/js/gateway/column.js"
};
static const unsigned char file37[] = {
#embed "../../web/js/gateway/days.js"
};
static const unsigned char file38[] = {
#embed "../../web/js/gateway/figures.js"
};
static const unsigned char file39[] = {
#embed "../../web/js/gateway/playground.js"
};
static const unsigned char file40[] = {
#embed "../../web/js/gateway/providers.js"
};
static const unsigned char file41[] = {
#embed "../../web/js/gateway/route-order.js"
};
static const unsigned char file42[] = {
#embed "../../web/js/gateway/spend.js"
};
static const unsigned char file43[] = {
#embed "../../web/js/lib/api.js"
};
static const unsigned char file44[] = {
#embed "../../web/js/lib/diff.js"
};
static const unsigned char file45[] = {
#embed "../../web/js/lib/dom.js"
};
static const unsigned char file46[] = {
#embed "../../web/js/lib/format.js"
};
static const unsigned char file47[] = {
#embed "../../web/js/lib/keys.js"
};
static const unsigned char file48[] = {
#embed "../../web/js/lib/lease.js"
};
static const unsigned char file49[] = {
#embed "../../web/js/lib/markdown.js"
};
static const unsigned char file50[] = {
#embed "../../web/js/lib/me.js"
};
static const unsigned char file51[] = {
#embed "../../web/js/lib/prefs.js"
};
static const unsigned char file52[] = {
#embed "../../web/js/lib/router.js"
};
static const unsigned char file53[] = {
#embed "../../web/js/lib/safe.js"
};
static const unsigned char file54[] = {
#embed "../../web/js/lib/session.js"
};
static const unsigned char file55[] = {
#embed "../../web/js/lib/states.js"
};
static const unsigned char file56[] = {
#embed "../../web/js/lib/style.js"
};
static const unsigned char file57[] = {
#embed "../../web/js/lib/topic.js"
};
static const unsigned char file58[] = {
#embed "../../web/js/live/client.js"
};
static const unsigned char file59[] = {
#embed "../../web/js/live/hub.js"
};
static const unsigned char file60[] = {
#embed "../../web/js/live/sse.js"
};
static const unsigned char file61[] = {
#embed "../../web/js/live/worker.js"
};
static const unsigned char file62[] = {
#embed "../../web/js/main.js"
};
static const unsigned char file63[] = {
#embed "../../web/js/pages/approvals.js"
};
static const unsigned char file64[] = {
#embed "../../web/js/pages/audit.js"
};
static const unsigned char file65[] = {
#embed "../../web/js/pages/docs.js"
};
static const unsigned char file66[] = {
#embed "../../web/js/pages/events.js"
};
static const unsigned char file67[] = {
#embed "../../web/js/pages/panel-editor.js"
};
static const unsigned char file68[] = {
#embed "../../web/js/pages/roundtable.js"
};
static const unsigned char file69[] = {
#embed "../../web/js/pages/runs.js"
};
static const unsigned char file70[] = {
#embed "../../web/js/pages/secrets.js"
};
static const unsigned char file71[] = {
#embed "../../web/js/pages/settings.js"
};
static const unsigned char file72[] = {
#embed "../../web/js/run/actions.js"
};
static const unsigned char file73[] = {
#embed "../../web/js/run/axis.js"
};
static const unsigned char file74[] = {
#embed "../../web/js/run/canvas.js"
};
static const unsigned char file75[] = {
#embed "../../web/js/run/chart.js"
};
static const unsigned char file76[] = {
#embed "../../web/js/run/data.js"
};
static const unsigned char file77[] = {
#embed "../../web/js/run/dialogs.js"
};
static const unsigned char file78[] = {
#embed "../../web/js/run/document.js"
};
static const unsigned char file79[] = {
#embed "../../web/js/run/findings.js"
};
static const unsigned char file80[] = {
#embed "../../web/js/run/graph.js"
};
static const unsigned char file81[] = {
#embed "../../web/js/run/layout.js"
};
static const unsigned char file82[] = {
#embed "../../web/js/run/log.js"
};
static const unsigned char file83[] = {
#embed "../../web/js/run/neighbours.js"
};
static const unsigned char file84[] = {
#embed "../../web/js/run/page.js"
};
static const unsigned char file85[] = {
#embed "../../web/js/run/shape.js"
};
static const unsigned char file86[] = {
#embed "../../web/js/run/step-page.js"
};
static const unsigned char file87[] = {
#embed "../../web/js/run/step.js"
};
static const unsigned char file88[] = {
#embed "../../web/js/run/store.js"
};
static const unsigned char file89[] = {
#embed "../../web/js/run/streamed.js"
};
static const unsigned char file90[] = {
#embed "../../web/js/run/timeline.js"
};
static const unsigned char file91[] = {
#embed "../../web/js/run/words.js"
};
static const unsigned char file92[] = {
#embed "../../web/js/ui/approval.js"
};
static const unsigned char file93[] = {
#embed "../../web/js/ui/approved.js"
};
static const unsigned char file94[] = {
#embed "../../web/js/ui/content.js"
};
static const unsigned char file95[] = {
#embed "../../web/js/ui/dialog.js"
};
static const unsigned char file96[] = {
#embed "../../web/js/ui/diff.js"
};
static const unsigned char file97[] = {
#embed "../../web/js/ui/forms.js"
};
static const unsigned char file98[] = {
#embed "../../web/js/ui/help.js"
};
static const unsigned char file99[] = {
#embed "../../web/js/ui/json.js"
};
static const unsigned char file100[] = {
#embed "../../web/js/ui/key-limits.js"
};
static const unsigned char file101[] = {
#embed "../../web/js/ui/keys-list.js"
};
static const unsigned char file102[] = {
#embed "../../web/js/ui/notice.js"
};
static const unsigned char file103[] = {
#embed "../../web/js/ui/offer.js"
};
static const unsigned char file104[] = {
#embed "../../web/js/ui/palette.js"
};
static const unsigned char file105[] = {
#embed "../../web/js/ui/parts.js"
};
static const unsigned char file106[] = {
#embed "../../web/js/ui/people.js"
};
static const unsigned char file107[] = {
#embed "../../web/js/ui/rows.js"
};
static const unsigned char file108[] = {
#embed "../../web/js/ui/sessions-list.js"
};
static const unsigned char file109[] = {
#embed "../../web/js/ui/shell.js"
};
static const unsigned char file110[] = {
#embed "../../web/js/ui/who-menu.js"
};

static const struct CTuttiWeb_file files[] = {
    {"css/access.css", file0, sizeof file0},
    {"css/app.css", file1, sizeof file1},
    {"css/approvals.css", file2, sizeof file2},
    {"css/base.css", file3, sizeof file3},
    {"css/docs.css", file4, sizeof file4},
    {"css/document.css", file5, sizeof file5},
    {"css/events.css", file6, sizeof file6},
    {"css/gateway.css", file7, sizeof file7},
    {"css/pages.css", file8, sizeof file8},
    {"css/roundtable.css", file9, sizeof file9},
    {"css/run.css", file10, sizeof file10},
    {"css/runs.css", file11, sizeof file11},
    {"css/shell.css", file12, sizeof file12},
    {"css/step.css", file13, sizeof file13},
    {"css/text.css", file14, sizeof file14},
    {"css/timeline.css", file15, sizeof file15},
    {"css/tokens.css", file16, sizeof file16},
    {"icon.svg", file17, sizeof file17},
    {"index.html", file18, sizeof file18},
    {"js/access/approvals.js", file19, sizeof file19},
    {"js/access/directory.js", file20, sizeof file20},
    {"js/access/invitations.js", file21, sizeof file21},
    {"js/access/keys.js", file22, sizeof file22},
    {"js/access/limits.js", file23, sizeof file23},
    {"js/access/page.js", file24, sizeof file24},
    {"js/access/people.js", file25, sizeof file25},
    {"js/access/policy.js", file26, sizeof file26},
    {"js/access/roles.js", file27, sizeof file27},
    {"js/access/sessions.js", file28, sizeof file28},
    {"js/account/gate.js", file29, sizeof file29},
    {"js/account/login.js", file30, sizeof file30},
    {"js/account/models.js", file31, sizeof file31},
    {"js/account/own-keys.js", file32, sizeof file32},
    {"js/account/page.js", file33, sizeof file33},
    {"js/account/register.js", file34, sizeof file34},
    {"js/gateway/chat.js", file35, sizeof file35},
    {"js/gateway/column.js", file36, sizeof file36},
    {"js/gateway/days.js", file37, sizeof file37},
    {"js/gateway/figures.js", file38, sizeof file38},
    {"js/gateway/playground.js", file39, sizeof file39},
    {"js/gateway/providers.js", file40, sizeof file40},
    {"js/gateway/route-order.js", file41, sizeof file41},
    {"js/gateway/spend.js", file42, sizeof file42},
    {"js/lib/api.js", file43, sizeof file43},
    {"js/lib/diff.js", file44, sizeof file44},
    {"js/lib/dom.js", file45, sizeof file45},
    {"js/lib/format.js", file46, sizeof file46},
    {"js/lib/keys.js", file47, sizeof file47},
    {"js/lib/lease.js", file48, sizeof file48},
    {"js/lib/markdown.js", file49, sizeof file49},
    {"js/lib/me.js", file50, sizeof file50},
    {"js/lib/prefs.js", file51, sizeof file51},
    {"js/lib/router.js", file52, sizeof file52},
    {"js/lib/safe.js", file53, sizeof file53},
    {"js/lib/session.js", file54, sizeof file54},
    {"js/lib/states.js", file55, sizeof file55},
    {"js/lib/style.js", file56, sizeof file56},
    {"js/lib/topic.js", file57, sizeof file57},
    {"js/live/client.js", file58, sizeof file58},
    {"js/live/hub.js", file59, sizeof file59},
    {"js/live/sse.js", file60, sizeof file60},
    {"js/live/worker.js", file61, sizeof file61},
    {"js/main.js", file62, sizeof file62},
    {"js/pages/approvals.js", file63, sizeof file63},
    {"js/pages/audit.js", file64, sizeof file64},
    {"js/pages/docs.js", file65, sizeof file65},
    {"js/pages/events.js", file66, sizeof file66},
    {"js/pages/panel-editor.js", file67, sizeof file67},
    {"js/pages/roundtable.js", file68, sizeof file68},
    {"js/pages/runs.js", file69, sizeof file69},
    {"js/pages/secrets.js", file70, sizeof file70},
    {"js/pages/settings.js", file71, sizeof file71},
    {"js/run/actions.js", file72, sizeof file72},
    {"js/run/axis.js", file73, sizeof file73},
    {"js/run/canvas.js", file74, sizeof file74},
    {"js/run/chart.js", file75, sizeof file75},
    {"js/run/data.js", file76, sizeof file76},
    {"js/run/dialogs.js", file77, sizeof file77},
    {"js/run/document.js", file78, sizeof file78},
    {"js/run/findings.js", file79, sizeof file79},
    {"js/run/graph.js", file80, sizeof file80},
    {"js/run/layout.js", file81, sizeof file81},
    {"js/run/log.js", file82, sizeof file82},
    {"js/run/neighbours.js", file83, sizeof file83},
    {"js/run/page.js", file84, sizeof file84},
    {"js/run/shape.js", file85, sizeof file85},
    {"js/run/step-page.js", file86, sizeof file86},
    {"js/run/step.js", file87, sizeof file87},
    {"js/run/store.js", file88, sizeof file88},
    {"js/run/streamed.js", file89, sizeof file89},
    {"js/run/timeline.js", file90, sizeof file90},
    {"js/run/words.js", file91, sizeof file91},
    {"js/ui/approval.js", file92, sizeof file92},
    {"js/ui/approved.js", file93, sizeof file93},
    {"js/ui/content.js", file94, sizeof file94},
    {"js/ui/dialog.js", file95, sizeof file95},
    {"js/ui/diff.js", file96, sizeof file96},
    {"js/ui/forms.js", file97, sizeof file97},
    {"js/ui/help.js", file98, sizeof file98},
    {"js/ui/json.js", file99, sizeof file99},
    {"js/ui/key-limits.js", file100, sizeof file100},
    {"js/ui/keys-list.js", file101, sizeof file101},
    {"js/ui/notice.js", file102, sizeof file102},
    {"js/ui/offer.js", file103, sizeof file103},
    {"js/ui/palette.js", file104, sizeof file104},
    {"js/ui/parts.js", file105, sizeof file105},
    {"js/ui/people.js", file106, sizeof file106},
    {"js/ui/rows.js", file107, sizeof file107},
    {"js/ui/sessions-list.js", file108, sizeof file108},
    {"js/ui/shell.js", file109, sizeof file109},
    {"js/ui/who-menu.js", file110, sizeof file110},
};

size_t CTuttiWeb_count(void) { return sizeof files / sizeof files[0]; }

const struct CTuttiWeb_file *CTuttiWeb_at(size_t index) { return &files[index]; }
