# Sends every datagram to port 7 back to where it came from, on x86-64 Linux.

        .intel_syntax noprefix
        .globl _start

        .set SOCKET, 41
        .set SENDTO, 44
        .set RECVFROM, 45
        .set BIND, 49
        .set AF_INET, 2
        .set SOCK_DGRAM, 2

_start: mov     eax, SOCKET
        mov     edi, AF_INET
        mov     esi, SOCK_DGRAM
        xor     edx, edx
        syscall
        mov     ebx, eax
        mov     eax, BIND
        mov     edi, ebx
        lea     rsi, [rip + address]
        mov     edx, 16
        syscall
again:  mov     dword ptr [rip + length], 16
        mov     eax, RECVFROM
        mov     edi, ebx
        lea     rsi, [rip + data]
        mov     edx, 2048
        xor     r10d, r10d
        lea     r8, [rip + peer]
        lea     r9, [rip + length]
        syscall
        mov     rdx, rax
        mov     eax, SENDTO
        mov     edi, ebx
        lea     rsi, [rip + data]
        xor     r10d, r10d
        lea     r8, [rip + peer]
        mov     r9d, 16
        syscall
        jmp     again

        .data
address:
        .word   AF_INET
        .byte   0, 7
        .fill   12, 1, 0
        .bss
length: .space  8
peer:   .space  16
data:   .space  2048
