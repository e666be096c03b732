/* The three writes of porting. What an upload came to stands in its answer, not in its status. */
#include "numdesk/twilio/porting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numdesk/twilio/resource.h"
#include "numdesk/util/json.h"
#include "numdesk/util/mem.h"

struct upload_call { write_fn *done; void *ctx; };

/* A document without a type is one that Twilio could not read: nothing came of it. */
static void upload_done(void *ctx, const struct write_reply *r)
{
	struct upload_call *call = ctx;
	struct write_reply w = *r;
	const char *type = w.doc ? json_text(w.doc, "mime_type") : NULL;

	if (w.result == WRITE_DONE && (!type || !*type)) {
		w.result = WRITE_REJECTED;
		w.doc = NULL;
		err_set(&w.err, ERR_API, "Twilio could not read the file: send the bill as PDF or image, without a password");
	}
	call->done(call->ctx, &w);
	free(call);
}

uint32_t porting_upload(struct client *c, const struct http_file *file, const char *friendly_name,
			http_before_send_fn *before_send, void *before_send_ctx, write_fn *done, void *ctx,
			struct err *e)
{
	const struct http_param form[] = {{"document_type", "utility_bill"}, {"friendly_name", friendly_name}};
	const struct resource_write w = {
		.method = HTTP_POST, .product = "numbers-upload", .path = "/v1/Documents", .form = form, .n_form = 2,
		.file = file, .expect = 201, .expect_too = 200, .sid_prefix = "RD", .subject = file->file_name,
	};
	struct upload_call *call = mem_alloc(sizeof *call);
	uint32_t id;

	*call = (struct upload_call){.done = done, .ctx = ctx};
	id = resource_write(c, &w, before_send, before_send_ctx, upload_done, call, e);
	if (!id)
		free(call);
	return id;
}

uint32_t porting_create(struct client *c, const char *json, const char *subject, http_before_send_fn *before_send,
			void *before_send_ctx, write_fn *done, void *ctx, struct err *e)
{
	const struct resource_write w = {
		.method = HTTP_POST, .product = "numbers", .path = "/v1/Porting/PortIn", .json = json, .expect = 202,
		.sid_prefix = "KW", .sid_member = "port_in_request_sid", .subject = subject,
	};

	return resource_write(c, &w, before_send, before_send_ctx, done, ctx, e);
}

uint32_t porting_cancel(struct client *c, const char *sid, const char *number_sid, http_before_send_fn *before_send,
			void *before_send_ctx, write_fn *done, void *ctx, struct err *e)
{
	char path[160];
	const struct resource_write w = {
		.method = HTTP_DELETE, .product = "numbers", .path = path, .expect = 204,
		.subject = number_sid ? number_sid : sid,
	};

	if (!sid_is(sid, "KW") || (number_sid && !sid_is(number_sid, "PU")))
		return err_set(e, ERR_USAGE, "'%.40s' is not the SID of a port-in request (KW...) or of a number of one (PU...)",
			       number_sid && sid_is(sid, "KW") ? number_sid : sid);
	if (number_sid)
		snprintf(path, sizeof path, "/v1/Porting/PortIn/%s/PhoneNumber/%s", sid, number_sid);
	else
		snprintf(path, sizeof path, "/v1/Porting/PortIn/%s", sid);
	return resource_write(c, &w, before_send, before_send_ctx, done, ctx, e);
}
