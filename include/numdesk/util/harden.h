#ifndef NUMDESK_UTIL_HARDEN_H
#define NUMDESK_UTIL_HARDEN_H

/* First thing in main: no core files, not attachable by other processes of the same user (release build), and the
 * environment freed of what libraries would heed to our harm (SSLKEYLOGFILE, OPENSSL_CONF, NETRC, ...). */
void harden_process(void);

#endif
