/* The program: a table of subcommands (cli/). */
#include "base/base.h"

int main(void)
{
	return 0;
}
