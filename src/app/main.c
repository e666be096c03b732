#include <locale.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

#include "app.h"
#include "demo.h"
#include "numdesk/cli/out.h"
#include "numdesk/cli/run.h"
#include "numdesk/util/crypto.h"
#include "numdesk/util/err.h"
#include "numdesk/util/harden.h"

/* A closed standard descriptor would be given to the first file opened, and then be written to by mistake. */
static void keep_standard_fds(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) < 0)
			_exit(1);
}

int main(int argc, char **argv)
{
	struct args a;
	struct err e = {0};

	keep_standard_fds();
	setlocale(LC_CTYPE, "");        /* the rest stays C: numbers and dates are for machines */
	umask(077);
	harden_process();
	if (!args_parse(&a, argc, argv, &e) || !crypto_init(&e)) {
		out_complain(&e);
		return err_exit_status(e.kind);
	}
	if (a.help) {
		args_print_help(a.command);
		return 0;
	}
	if (a.version) {
		args_print_version();
		return 0;
	}
	if (a.demo)
		return demo_run(&a);
	return a.command == COMMAND_COUNT ? app_run(&a, NULL) : cli_run(&a);
}
