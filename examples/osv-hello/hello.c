/* Built for Linux as a position-independent program, which OSv runs as it is. */
#include <stdio.h>

int main(int argc, char **argv)
{
    printf("Hello from C code\n");
    for (int i = 1; i < argc; i++)
        printf("argument %d: %s\n", i, argv[i]);
    return 0;
}
