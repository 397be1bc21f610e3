// Written by scripts/embed-web; change the files of web/ and call it again.

#include "CTuttiWeb.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file0[] = {
#embed "../../web/css/app.css"
};
static const unsigned char file1[] = {
#embed "../../web/css/base.css"
};
static const unsigned char file2[] = {
#embed "../../web/css/pages.css"
};
static const unsigned char file3[] = {
#embed "../../web/css/run.css"
};
static const unsigned char file4[] = {
#embed "../../web/css/shell.css"
};
static const unsigned char file5[] = {
#embed "../../web/css/text.css"
};
static const unsigned char file6[] = {
#embed "../../web/css/tokens.css"
};
static const unsigned char file7[] = {
#embed "../../web/icon.svg"
};
static const unsigned char file8[] = {
#embed "../../web/index.html"
};
static const unsigned char file9[] = {
#embed "../../web/js/lib/api.js"
};
static const unsigned char file10[] = {
#embed "../../web/js/lib/diff.js"
};
static const unsigned char file11[] = {
#embed "../../web/js/lib/dom.js"
};
static const unsigned char file12[] = {
#embed "../../web/js/lib/format.js"
};
static const unsigned char file13[] = {
#embed "../../web/js/lib/keys.js"
};
static const unsigned char file14[] = {
#embed "../../web/js/lib/markdown.js"
};
static const unsigned char file15[] = {
#embed "../../web/js/lib/prefs.js"
};
static const unsigned char file16[] = {
#embed "../../web/js/lib/router.js"
};
static const unsigned char file17[] = {
#embed "../../web/js/lib/safe.js"
};
static const unsigned char file18[] = {
#embed "../../web/js/lib/states.js"
};
static const unsigned char file19[] = {
#embed "../../web/js/lib/topic.js"
};
static const unsigned char file20[] = {
#embed "../../web/js/live/client.js"
};
static const unsigned char file21[] = {
#embed "../../web/js/live/hub.js"
};
static const unsigned char file22[] = {
#embed "../../web/js/live/sse.js"
};
static const unsigned char file23[] = {
#embed "../../web/js/live/worker.js"
};
static const unsigned char file24[] = {
#embed "../../web/js/main.js"
};
static const unsigned char file25[] = {
#embed "../../web/js/pages/approvals.js"
};
static const unsigned char file26[] = {
#embed "../../web/js/pages/docs.js"
};
static const unsigned char file27[] = {
#embed "../../web/js/pages/events.js"
};
static const unsigned char file28[] = {
#embed "../../web/js/pages/panel-editor.js"
};
static const unsigned char file29[] = {
#embed "../../web/js/pages/roundtable.js"
};
static const unsigned char file30[] = {
#embed "../../web/js/pages/runs.js"
};
static const unsigned char file31[] = {
#embed "../../web/js/pages/settings.js"
};
static const unsigned char file32[] = {
#embed "../../web/js/run/actions.js"
};
static const unsigned char file33[] = {
#embed "../../web/js/run/axis.js"
};
static const unsigned char file34[] = {
#embed "../../web/js/run/canvas.js"
};
static const unsigned char file35[] = {
#embed "../../web/js/run/chart.js"
};
static const unsigned char file36[] = {
#embed "../../web/js/run/data.js"
};
static const unsigned char file37[] = {
#embed "../../web/js/run/dialogs.js"
};
static const unsigned char file38[] = {
#embed "../../web/js/run/document.js"
};
static const unsigned char file39[] = {
#embed "../../web/js/run/findings.js"
};
static const unsigned char file40[] = {
#embed "../../web/js/run/graph.js"
};
static const unsigned char file41[] = {
#embed "../../web/js/run/layout.js"
};
static const unsigned char file42[] = {
#embed "../../web/js/run/log.js"
};
static const unsigned char file43[] = {
#embed "../../web/js/run/neighbours.js"
};
static const unsigned char file44[] = {
#embed "../../web/js/run/page.js"
};
static const unsigned char file45[] = {
#embed "../../web/js/run/shape.js"
};
static const unsigned char file46[] = {
#embed "../../web/js/run/step-page.js"
};
static const unsigned char file47[] = {
#embed "../../web/js/run/step.js"
};
static const unsigned char file48[] = {
#embed "../../web/js/run/store.js"
};
static const unsigned char file49[] = {
#embed "../../web/js/run/timeline.js"
};
static const unsigned char file50[] = {
#embed "../../web/js/run/words.js"
};
static const unsigned char file51[] = {
#embed "../../web/js/ui/approval.js"
};
static const unsigned char file52[] = {
#embed "../../web/js/ui/content.js"
};
static const unsigned char file53[] = {
#embed "../../web/js/ui/dialog.js"
};
static const unsigned char file54[] = {
#embed "../../web/js/ui/diff.js"
};
static const unsigned char file55[] = {
#embed "../../web/js/ui/help.js"
};
static const unsigned char file56[] = {
#embed "../../web/js/ui/json.js"
};
static const unsigned char file57[] = {
#embed "../../web/js/ui/palette.js"
};
static const unsigned char file58[] = {
#embed "../../web/js/ui/parts.js"
};
static const unsigned char file59[] = {
#embed "../../web/js/ui/rows.js"
};
static const unsigned char file60[] = {
#embed "../../web/js/ui/shell.js"
};

static const struct CTuttiWeb_file files[] = {
    {"css/app.css", file0, sizeof file0},
    {"css/base.css", file1, sizeof file1},
    {"css/pages.css", file2, sizeof file2},
    {"css/run.css", file3, sizeof file3},
    {"css/shell.css", file4, sizeof file4},
    {"css/text.css", file5, sizeof file5},
    {"css/tokens.css", file6, sizeof file6},
    {"icon.svg", file7, sizeof file7},
    {"index.html", file8, sizeof file8},
    {"js/lib/api.js", file9, sizeof file9},
    {"js/lib/diff.js", file10, sizeof file10},
    {"js/lib/dom.js", file11, sizeof file11},
    {"js/lib/format.js", file12, sizeof file12},
    {"js/lib/keys.js", file13, sizeof file13},
    {"js/lib/markdown.js", file14, sizeof file14},
    {"js/lib/prefs.js", file15, sizeof file15},
    {"js/lib/router.js", file16, sizeof file16},
    {"js/lib/safe.js", file17, sizeof file17},
    {"js/lib/states.js", file18, sizeof file18},
    {"js/lib/topic.js", file19, sizeof file19},
    {"js/live/client.js", file20, sizeof file20},
    {"js/live/hub.js", file21, sizeof file21},
    {"js/live/sse.js", file22, sizeof file22},
    {"js/live/worker.js", file23, sizeof file23},
    {"js/main.js", file24, sizeof file24},
    {"js/pages/approvals.js", file25, sizeof file25},
    {"js/pages/docs.js", file26, sizeof file26},
    {"js/pages/events.js", file27, sizeof file27},
    {"js/pages/panel-editor.js", file28, sizeof file28},
    {"js/pages/roundtable.js", file29, sizeof file29},
    {"js/pages/runs.js", file30, sizeof file30},
    {"js/pages/settings.js", file31, sizeof file31},
    {"js/run/actions.js", file32, sizeof file32},
    {"js/run/axis.js", file33, sizeof file33},
    {"js/run/canvas.js", file34, sizeof file34},
    {"js/run/chart.js", file35, sizeof file35},
    {"js/run/data.js", file36, sizeof file36},
    {"js/run/dialogs.js", file37, sizeof file37},
    {"js/run/document.js", file38, sizeof file38},
    {"js/run/findings.js", file39, sizeof file39},
    {"js/run/graph.js", file40, sizeof file40},
    {"js/run/layout.js", file41, sizeof file41},
    {"js/run/log.js", file42, sizeof file42},
    {"js/run/neighbours.js", file43, sizeof file43},
    {"js/run/page.js", file44, sizeof file44},
    {"js/run/shape.js", file45, sizeof file45},
    {"js/run/step-page.js", file46, sizeof file46},
    {"js/run/step.js", file47, sizeof file47},
    {"js/run/store.js", file48, sizeof file48},
    {"js/run/timeline.js", file49, sizeof file49},
    {"js/run/words.js", file50, sizeof file50},
    {"js/ui/approval.js", file51, sizeof file51},
    {"js/ui/content.js", file52, sizeof file52},
    {"js/ui/dialog.js", file53, sizeof file53},
    {"js/ui/diff.js", file54, sizeof file54},
    {"js/ui/help.js", file55, sizeof file55},
    {"js/ui/json.js", file56, sizeof file56},
    {"js/ui/palette.js", file57, sizeof file57},
    {"js/ui/parts.js", file58, sizeof file58},
    {"js/ui/rows.js", file59, sizeof file59},
    {"js/ui/shell.js", file60, sizeof file60},
};

size_t CTuttiWeb_count(void) { return sizeof files / sizeof files[0]; }

const struct CTuttiWeb_file *CTuttiWeb_at(size_t index) { return &files[index]; }
