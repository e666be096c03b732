#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <microhttpd.h>

#include "control.h"
#include "ledger.h"
#include "numdesk/util/err.h"
#include "numdesk/util/file.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"
#include "request.h"
#include "serve.h"
#include "state.h"

/*
 * libmicrohttpd with a thread per connection: a fault may then simply sleep in its handler, and hundreds of idle
 * connections cost nothing that a test machine would notice. The request is built here, serve.c does the rest.
 */
enum { CONNECTIONS_MAX = 1000, SCENARIO_MAX = 1 << 20 };

/* What libmicrohttpd carries along for one request: first only the target, then the request. */
struct transfer {
	char *target;
	struct request *request;
	bool served;
};

static void *on_target(void *cls, const char *target, struct MHD_Connection *c)
{
	struct transfer *t = mem_alloc(sizeof *t);

	(void)cls, (void)c;
	t->target = mem_dup(target);
	return t;
}

static struct request *begin(struct MHD_Connection *c, const struct transfer *t, const char *method)
{
	const union MHD_ConnectionInfo *fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	const union MHD_ConnectionInfo *number = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	const char *encoding = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Accept-Encoding");
	struct request *q = request_new(method, t->target);

	q->fd = fd->connect_fd;
	q->connection = (int64_t)(intptr_t)number->socket_context;
	q->accepts_gzip = encoding && strstr(encoding, "gzip");
	request_content(q, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Type"));
	request_auth(q, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization"));
	return q;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
				  const char *version, const char *data, size_t *size, void **transfer)
{
	struct transfer *t = *transfer;

	(void)url, (void)version;
	if (!t->request) {
		t->request = begin(c, t, method);
		return MHD_YES;
	}
	if (*size > 0) {
		if (!buf_add(&t->request->body, data, *size))
			return MHD_NO;          /* nobody sends so much */
		*size = 0;
		return MHD_YES;
	}
	t->served = true;
	return serve(cls, c, t->request);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **transfer, enum MHD_RequestTerminationCode why)
{
	struct sandbox *s = cls;
	struct transfer *t = *transfer;

	(void)c, (void)why;
	if (!t)
		return;
	if (t->request && !t->served && !control_is(t->request)) {
		pthread_mutex_lock(&s->lock);
		ledger_arrival(s, t->request, false);
		pthread_mutex_unlock(&s->lock);
	}
	request_free(t->request);
	free(t->target);
	free(t);
	*transfer = NULL;
}

static void on_connection(void *cls, struct MHD_Connection *c, void **context, enum MHD_ConnectionNotificationCode why)
{
	struct sandbox *s = cls;

	(void)c;
	if (why == MHD_CONNECTION_NOTIFY_STARTED)
		*context = (void *)(intptr_t)(atomic_fetch_add(&s->connections, 1) + 1);
}

static bool load_scenario(struct sandbox *s, struct err *e)
{
	size_t n;
	char *text;
	bool ok;

	if (!s->config.scenario_path)
		return true;
	text = file_read(s->config.scenario_path, SCENARIO_MAX, false, &n, e);
	if (!text)
		return false;
	ok = faults_add(&s->rules, text, n, e);
	free(text);
	return ok || err_wrap(e, "scenario '%s'", s->config.scenario_path);
}

static bool listen_on(struct sandbox *s, struct err *e)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)s->config.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const union MHD_DaemonInfo *port;

	s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL |
				     MHD_USE_ITC, 0, NULL, NULL, on_request, s,
				     MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at,
				     MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
				     MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)1 << 17,
				     MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
				     MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
				     MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
				     MHD_OPTION_END);
	if (!s->daemon)
		return err_set(e, ERR_IO, "cannot listen on 127.0.0.1:%d: %s", s->config.port, strerror(errno));
	port = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	s->port = port->port;
	return true;
}

struct sandbox *sandbox_start(const struct sandbox_config *config, struct err *e)
{
	struct sandbox *s = mem_alloc(sizeof *s);

	s->config = *config;
	s->ledger_fd = -1;
	pthread_mutex_init(&s->lock, NULL);
	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (s->stop_fd < 0)
		err_set(e, ERR_IO, "cannot make an eventfd: %s", strerror(errno));
	else if (state_open(s, e) && ledger_open(s, config->ledger_path, e) && load_scenario(s, e) &&
		 late_start(s, e) && listen_on(s, e))
		return s;
	sandbox_stop(s);
	return NULL;
}

int sandbox_port(const struct sandbox *s)
{
	return s->port;
}

void sandbox_stop(struct sandbox *s)
{
	if (!s)
		return;
	if (s->stop_fd >= 0)
		(void)!write(s->stop_fd, &(uint64_t){1}, sizeof(uint64_t));     /* fails only when it is set already */
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	late_stop(s);
	faults_clear(&s->rules);
	ledger_close(s);
	state_close(s);
	if (s->stop_fd >= 0)
		close(s->stop_fd);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
