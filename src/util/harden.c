#include "numdesk/util/harden.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void harden_process(void)
{
	/* each of these makes a library write keys, load code or trust files that the user did not name to us */
	static const char *const scrub[] = {"SSLKEYLOGFILE", "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSL_CERT_FILE",
					    "SSL_CERT_DIR", "CURL_CA_BUNDLE", "NETRC", "GCONV_PATH", "LOCPATH", "MALLOC_TRACE"};

	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#ifndef NUMDESK_TEST_BUILD
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	for (size_t i = 0; i < sizeof scrub / sizeof scrub[0]; i++)
		unsetenv(scrub[i]);
}
