#ifndef NUMDESK_UTIL_MEM_PRIV_H
#define NUMDESK_UTIL_MEM_PRIV_H

/* What mem_alloc does when there is no memory, for the allocators of secret and crypto. */
_Noreturn void mem_fail(void);

#endif
