/*
 * What a POST carries: a form, JSON, or a form with one file. The copies live as long as the transfer; JSON and files
 * may hold what must not linger (PINs, a utility bill), so theirs are wiped.
 */
#include "http_priv.h"

#include <stdlib.h>
#include <string.h>

#include "url_priv.h"

#include "numdesk/util/crypto.h"
#include "numdesk/util/mem.h"

enum { MAX_TEXT = 1 << 20 };

#define SET(option, value)                                                             \
	do {                                                                           \
		if (curl_easy_setopt(t->easy, (option), (value)) != CURLE_OK)          \
			return false;                                                  \
	} while (0)

/* NULL when it is too long. */
static char *encoded_form(const struct http_request *r)
{
	struct buf b;

	buf_init(&b, MAX_TEXT);
	url_add_params(&b, r->form, r->n_form);
	if (!b.overflow)
		return buf_take(&b);
	buf_release(&b);
	return NULL;
}

static bool copy_upload(struct upload *u, const struct http_request *r)
{
	const struct http_file *f = r->file;

	if (f->len == 0 || f->len > HTTP_FILE_MAX)
		return false;
	u->bytes = crypto_wiping_malloc(f->len);
	if (!u->bytes)
		return false;
	memcpy(u->bytes, f->bytes, f->len);
	u->len = f->len;
	u->field = mem_dup(f->field);
	u->file_name = mem_dup(f->file_name);
	u->mime_type = mem_dup(f->mime_type);
	u->n_fields = r->n_form;
	u->fields = mem_array(r->n_form, sizeof *u->fields);
	for (size_t i = 0; i < r->n_form; i++) {
		u->fields[i].name = mem_dup(r->form[i].name);
		u->fields[i].value = mem_dup(r->form[i].value ? r->form[i].value : "");
	}
	return true;
}

bool transfer_copy_body(struct transfer *t, const struct http_request *r)
{
	if ((r->json && (r->n_form || r->file)) || (r->method != HTTP_POST && (r->json || r->file || r->n_form)))
		return false;
	if (r->file)
		return copy_upload(&t->upload, r);
	if (r->json) {
		t->json = strlen(r->json) <= MAX_TEXT ? crypto_wiping_strdup(r->json) : NULL;
		return t->json != NULL;
	}
	if (r->n_form)
		t->form = encoded_form(r);
	return !r->n_form || t->form;
}

void transfer_forget_body(struct transfer *t)
{
	struct upload *u = &t->upload;

	for (size_t i = 0; i < u->n_fields; i++) {
		free((char *)(uintptr_t)u->fields[i].name);     /* copied by copy_upload, const only for readers */
		free((char *)(uintptr_t)u->fields[i].value);
	}
	free(u->fields);
	free(u->field);
	free(u->file_name);
	free(u->mime_type);
	crypto_wiping_free(u->bytes);
	crypto_wiping_free(t->json);
	free(t->form);
	*u = (struct upload){0};
	t->json = t->form = NULL;
}

static size_t give_bytes(char *dst, size_t size, size_t count, void *ctx)
{
	struct upload *u = ctx;
	size_t n = size * count;

	if (n > u->len - u->read)
		n = u->len - u->read;
	memcpy(dst, u->bytes + u->read, n);
	u->read += n;
	return n;
}

static bool add_field(curl_mime *mime, const struct http_param *field)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	return part && curl_mime_name(part, field->name) == CURLE_OK &&
	       curl_mime_data(part, field->value, CURL_ZERO_TERMINATED) == CURLE_OK;
}

/* Without a way to rewind: libcurl cannot read the file twice, and so not send it twice. */
static bool add_file(curl_mime *mime, struct upload *u)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	u->read = 0;
	return part && curl_mime_name(part, u->field) == CURLE_OK &&
	       curl_mime_filename(part, u->file_name) == CURLE_OK &&
	       curl_mime_type(part, u->mime_type) == CURLE_OK &&
	       curl_mime_data_cb(part, (curl_off_t)u->len, give_bytes, NULL, NULL, u) == CURLE_OK;
}

static bool set_upload(struct transfer *t)
{
	t->mime = curl_mime_init(t->easy);
	if (!t->mime)
		return false;
	for (size_t i = 0; i < t->upload.n_fields; i++)
		if (!add_field(t->mime, &t->upload.fields[i]))
			return false;
	if (!add_file(t->mime, &t->upload))
		return false;
	SET(CURLOPT_MIMEPOST, t->mime);
	return true;
}

bool transfer_set_body(struct transfer *t)
{
	const char *text = t->json ? t->json : t->form ? t->form : "";

	if (t->upload.bytes)
		return set_upload(t);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDS, text);
	SET(CURLOPT_POSTFIELDSIZE, (long)strlen(text));
	return true;
}
