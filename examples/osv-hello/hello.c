/* Built for Linux as a position-independent program, which OSv runs as it is. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    printf("Hello from C code\n");
    for (int i = 1; i < argc; i++)
        printf("argument %d: %s\n", i, argv[i]);
    fflush(stdout);
    /* As a service would, for kubernetes.yaml. */
    while (argc > 1 && strcmp(argv[1], "--sleep") == 0)
        sleep(3600);
    return 0;
}
