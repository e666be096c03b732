#ifndef NUMDESK_SANDBOX_OPTIONS_H
#define NUMDESK_SANDBOX_OPTIONS_H

#include <stdbool.h>

#include "server.h"
struct err;

struct options {
	struct sandbox_config config;
	bool quit_with_stdin, print_credentials, help, version;
};
/* Texts are borrowed from argv. ERR_USAGE. */
bool options_read(struct options *o, int argc, char **argv, struct err *e);
extern const char options_help[];

#endif
