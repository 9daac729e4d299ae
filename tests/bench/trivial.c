/* trivial.c - the least that a CGI program does. */
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	char buf[65536];

	while (read(STDIN_FILENO, buf, sizeof(buf)) > 0)
		continue;
	fputs("Status: 200 OK\r\nContent-Type: text/plain\r\n\r\nOK", stdout);
	return 0;
}
