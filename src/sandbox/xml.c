#include "xml.h"

#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "numdesk/util/json.h"

/* "account_sid" is AccountSid; what is no name at all stays as it is. */
static void add_name(struct buf *b, const char *name)
{
	bool upper = true;

	for (; *name; name++) {
		if (*name == '_')
			upper = true;
		else
			buf_addc(b, (char)(upper && *name >= 'a' && *name <= 'z' ? *name - 32 : *name)), upper = false;
	}
}

static void add_tag(struct buf *b, const char *open, const char *name)
{
	buf_adds(b, open);
	add_name(b, name);
	buf_addc(b, '>');
}

static void add_escaped(struct buf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '<' || *s == '&')
			buf_adds(b, *s == '<' ? "&lt;" : "&amp;");
		else
			buf_addc(b, *s);
	}
}

/* Items of an array are told by the array's name without its plural s. Our own documents are a few levels deep. */
static void add_value(struct buf *b, const struct json *v, const char *name)
{
	char *text = NULL;

	add_tag(b, "<", name);
	if (json_is_object(v) || json_is_array(v)) {
		for (const struct json *m = json_first(v); m; m = json_next(m))
			add_value(b, m, json_is_array(v) ? "item" : json_name(m));
	} else if (json_string(v)) {
		add_escaped(b, json_string(v));
	} else if ((text = json_print(v)) && strcmp(text, "null") != 0) {
		add_escaped(b, text);
	}
	free(text);
	add_tag(b, "</", name);
}

void xml_from_json(struct answer *a)
{
	struct json *doc = a->body.len ? json_parse(a->body.s, a->body.len, ANSWER_BODY_MAX, NULL) : NULL;

	if (!doc)
		return;
	buf_clear(&a->body);
	a->type = "application/xml";
	buf_adds(&a->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TwilioResponse>");
	add_value(&a->body, doc, a->status >= 400 ? "RestException" : "Resource");
	buf_adds(&a->body, "</TwilioResponse>\n");
	json_free(doc);
}
