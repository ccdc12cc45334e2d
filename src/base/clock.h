/* Time. Inside the program: integer milliseconds. Outside: RFC 3339 with Z. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t clock_wall_ms(void);	  /* since 1970, UTC; may jump */
int64_t clock_monotonic_ms(void); /* for deadlines and leases */
int64_t clock_monotonic_us(void); /* for measuring */

#define CLOCK_RFC3339_SIZE 80
/* "2026-11-23T08:04:50.123Z" into out (CLOCK_RFC3339_SIZE bytes). */
void clock_rfc3339(int64_t wall_ms, char *out);

#endif
