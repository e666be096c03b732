#ifndef NUMDESK_SANDBOX_SCHEMA_H
#define NUMDESK_SANDBOX_SCHEMA_H

/* One database holds the state and the ledger; schema.c has the tables. */
#define SCHEMA_VERSION 2
extern const char *const schema_sql[];    /* a statement each, then NULL */
extern const char schema_clear_sql[];   /* empty every table */

#endif
