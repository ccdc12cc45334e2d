#include "recipe/line.h"
#include "recipe/markup.h"

int page_read(struct page *p, struct draft *d)
{
	(void)p;
	(void)d;
	return 0;
}
