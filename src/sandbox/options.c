#include "options.h"

#include <limits.h>
#include <string.h>

#include "numdesk/util/err.h"
#include "numdesk/util/mem.h"
#include "numdesk/util/text.h"

const char options_help[] =
	"Usage: numdesk-sandbox [OPTION ...]\n"
	"A stand-in for Twilio's REST API on 127.0.0.1. It holds no real money and no real numbers.\n"
	"Prints READY 127.0.0.1:PORT once it listens. Base URL for numdesk: http://127.0.0.1:PORT/{product}\n"
	"\n"
	"  --port N              port to listen on (0: any)\n"
	"  --db FILE             keep the state in this SQLite file (default: in memory)\n"
	"  --seed NAME           what a fresh state holds: basic, demo or empty (default: basic)\n"
	"  --numbers N           numbers made up for the first account, besides those of the seed\n"
	"  --ledger FILE         append each request and each change as a line of JSON\n"
	"  --scenario FILE       faults to produce, a JSON array\n"
	"  --page-delay MS       answer each page of a list that much later\n"
	"  --call-seconds N      a call that verifies a caller ID is keyed in after so long (default: by control only)\n"
	"  --message-step MS     time between two states of a message that is sent (700)\n"
	"  --quit-with-stdin     end when standard input does\n"
	"  --print-credentials   print the seed's accounts as JSON and exit\n"
	"  --help, --version\n";

enum value { FLAG, TEXT, INTEGER, COUNT };

static bool read_integer(const char *name, const char *value, int64_t max, int64_t *out, struct err *e)
{
	return text_to_i64(value, 0, max, out) ||
	       err_set(e, ERR_USAGE, "option '%s' wants a number from 0 to %lld, not '%s'", name, (long long)max,
		       value);
}

bool options_read(struct options *o, int argc, char **argv, struct err *e)
{
	struct { const char *name; enum value kind; void *at; int64_t max; } known[] = {
		{"--port", INTEGER, &o->config.port, 65535}, {"--db", TEXT, &o->config.db_path, 0},
		{"--seed", TEXT, &o->config.seed, 0}, {"--numbers", COUNT, &o->config.numbers, 100000000},
		{"--ledger", TEXT, &o->config.ledger_path, 0}, {"--scenario", TEXT, &o->config.scenario_path, 0},
		{"--page-delay", INTEGER, &o->config.page_delay_ms, INT_MAX},
		{"--call-seconds", INTEGER, &o->config.call_seconds, 3600},
		{"--message-step", INTEGER, &o->config.message_step_ms, INT_MAX},
		{"--quit-with-stdin", FLAG, &o->quit_with_stdin, 0},
		{"--print-credentials", FLAG, &o->print_credentials, 0}, {"--help", FLAG, &o->help, 0},
		{"--version", FLAG, &o->version, 0},
	};

	*o = (struct options){.help = false};
	for (int i = 1; i < argc; i++) {
		int64_t v = 0;
		size_t k = 0;

		while (k < ARRAY_LEN(known) && strcmp(known[k].name, argv[i]) != 0)
			k++;
		if (k == ARRAY_LEN(known))
			return err_set(e, ERR_USAGE, "unknown option '%s': see --help", argv[i]);
		if (known[k].kind == FLAG) {
			*(bool *)known[k].at = true;
			continue;
		}
		if (++i == argc)
			return err_set(e, ERR_USAGE, "option '%s' wants a value", argv[i - 1]);
		if (known[k].kind == TEXT)
			*(const char **)known[k].at = argv[i];
		else if (!read_integer(known[k].name, argv[i], known[k].max, &v, e))
			return false;
		else if (known[k].kind == INTEGER)
			*(int *)known[k].at = (int)v;
		else
			*(int64_t *)known[k].at = v;
	}
	return true;
}
