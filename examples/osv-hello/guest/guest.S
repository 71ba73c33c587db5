# A tiny BIOS guest on a disk laid out as OSv lays out its own.
#
# It prints its command line and the start of a second drive on COM1, reports
# the status that a word exit=N of the command line asks for, and powers off.
#
# Disk, in bytes: 0 boot sector, 512 command line (63 sectors, up to a NUL),
# 65536 second stage, 2 MiB data partition (entry 2 of the partition table).
# Memory: 0x7c00 boot sector, 0x7e00 second stage, so that both link as one
# piece; the command line goes to 1000:0000, a sector of drive 2 to 2000:0000.

        .intel_syntax noprefix
        .code16
        .text
        .globl start

        .set CHUNKS, 1                  # 32 KiB pieces of the second stage
        .set SECTORS_PER_CHUNK, 64
        .set STAGE2_LBA, 128
        .set CMDLINE_SECTORS, 63
        .set CMDLINE_SEG, 0x1000
        .set DRIVE2_SEG, 0x2000
        .set PARTITION_LBA, 4096
        .set PARTITION_SECTORS, 4096
        .set PARTITION_LAST, PARTITION_LBA + PARTITION_SECTORS - 1
        .set STAGE2_MARK, 0x4c46        # "FL"

        .set COM1, 0x3f8
        .set COM1_STATUS, COM1 + 5
        .set THR_EMPTY, 0x20
        .set ALL_SENT, 0x40

        .set PCI_ADDRESS, 0xcf8
        .set PCI_DATA, 0xcfc
        .set PIIX4_PM, 0x80000b00       # bus 0, device 1, function 3
        .set PIIX4_PM_ID, 0x71138086
        .set PM_BASE_REGISTER, 0x40
        .set PM_BASE_DEFAULT, 0x600     # what SeaBIOS gives QEMU's pc
        .set PM1_CONTROL, 4
        .set SLEEP_S5, 0x2000           # SLP_EN with QEMU's SLP_TYP of S5, 0

        .macro chs lba                  # head, sector and cylinder bits 8-9, cylinder
        .byte ((\lba) / 63) % 255
        .byte (\lba) % 63 + 1 + (((\lba) / 63 / 255) >> 8) * 64
        .byte ((\lba) / 63 / 255) & 0xff
        .endm

start:  jmp     boot

        .org    0x10
        .word   CHUNKS

boot:   ljmp    0, offset zero_segment  # some firmware enters at 07c0:0000
zero_segment:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7c00
        cld
        call    serial_start

        mov     si, offset read_cmdline
        call    read
        jc      read_failed
        mov     si, offset read_stage2
        call    read
        jc      read_failed
        cmp     word ptr [stage2], STAGE2_MARK
        jne     no_stage2
        jmp     run

read_failed:
        mov     si, offset msg_read_failed
        jmp     give_up
no_stage2:
        mov     si, offset msg_no_stage2
give_up:
        call    puts
        jmp     power_off

# Reads sectors of drive DL as the packet at SI says; carry set on failure.
read:   mov     ah, 0x42
        int     0x13
        ret

# 115200 8N1, interrupts off, FIFOs on.
serial_start:
        mov     si, offset serial_setup
        mov     cx, (serial_setup_end - serial_setup) / 2
        push    dx
        mov     dx, COM1
1:      lodsw
        mov     dl, al
        mov     al, ah
        out     dx, al
        loop    1b
        pop     dx
        ret

# Waits until all bits AH of the line status are set, but not for ever.
serial_wait:
        mov     dx, COM1_STATUS
        mov     ecx, 0x100000
1:      in      al, dx
        and     al, ah
        cmp     al, ah
        je      2f
        dec     ecx
        jnz     1b
2:      ret

# Prints AL.
putc:   pushad
        push    ax
        mov     ah, THR_EMPTY
        call    serial_wait
        pop     ax
        mov     dx, COM1
        out     dx, al
        popad
        ret

# Prints DS:SI up to its NUL.
puts:   lodsb
        test    al, al
        jz      1f
        call    putc
        jmp     puts
1:      ret

# Reads the 32-bit register EAX of the PCI configuration space into EAX.
pci_read:
        mov     dx, PCI_ADDRESS
        out     dx, eax
        mov     dx, PCI_DATA
        in      eax, dx
        ret

power_off:
        mov     ah, ALL_SENT
        call    serial_wait
        mov     bx, PM_BASE_DEFAULT
        mov     eax, PIIX4_PM
        call    pci_read
        cmp     eax, PIIX4_PM_ID
        jne     1f
        mov     eax, PIIX4_PM + PM_BASE_REGISTER
        call    pci_read
        and     ax, 0xffc0
        jz      1f
        mov     bx, ax
1:      lea     dx, [bx + PM1_CONTROL]
        mov     ax, SLEEP_S5
        out     dx, ax
2:      cli
        hlt
        jmp     2b

# Pairs of the port's low byte and the value to write.
serial_setup:
        .byte   (COM1 + 1) & 0xff, 0x00 # no interrupts
        .byte   (COM1 + 3) & 0xff, 0x80 # divisor latch open
        .byte   (COM1 + 0) & 0xff, 0x01 # divisor 1
        .byte   (COM1 + 1) & 0xff, 0x00
        .byte   (COM1 + 3) & 0xff, 0x03 # latch closed, 8N1
        .byte   (COM1 + 2) & 0xff, 0xc7 # FIFOs on and empty
        .byte   (COM1 + 4) & 0xff, 0x03 # DTR, RTS
serial_setup_end:

# Packets of INT 13h, AH=42h: size, sectors, offset, segment, LBA.
read_cmdline:
        .word   16, CMDLINE_SECTORS, 0, CMDLINE_SEG
        .quad   1
read_stage2:
        .word   16, CHUNKS * SECTORS_PER_CHUNK, stage2, 0
        .quad   STAGE2_LBA

msg_read_failed:
        .asciz  "Disk read failed.\r\n"
msg_no_stage2:
        .asciz  "No second stage.\r\n"

        .org    0x1b8
        .ascii  "VSO"

        .org    0x1be
        .fill   16, 1, 0
        .byte   0
        chs     PARTITION_LBA
        .byte   0x83
        chs     PARTITION_LAST
        .long   PARTITION_LBA, PARTITION_SECTORS
        .fill   32, 1, 0
        .byte   0x55, 0xaa

stage2: .word   STAGE2_MARK

run:    mov     si, offset msg_hello
        call    puts

        mov     si, offset msg_cmdline
        call    puts
        push    ds
        mov     ax, CMDLINE_SEG
        mov     ds, ax
        mov     byte ptr [CMDLINE_SECTORS * 512], 0
        xor     si, si
        call    puts
        pop     ds
        call    newline

        call    show_drive2
        call    report_exit

        mov     si, offset msg_off
        call    puts
        jmp     power_off

newline:
        mov     si, offset msg_newline
        jmp     puts

# Prints the first sector of the second drive, if there is one.
show_drive2:
        mov     dl, 0x81
        mov     si, offset read_drive2
        call    read
        jc      4f
        mov     si, offset msg_drive2
        call    puts
        push    ds
        mov     ax, DRIVE2_SEG
        mov     ds, ax
        xor     si, si
        mov     cx, 512
1:      lodsb
        test    al, al
        jz      3f
        cmp     al, ' '
        jb      5f
        cmp     al, '~'
        jbe     2f
5:      mov     al, '.'
2:      call    putc
        loop    1b
3:      pop     ds
        call    newline
4:      ret

# Prints the status of the first word exit=N of the command line, as OSv does.
report_exit:
        push    ds
        mov     ax, CMDLINE_SEG
        mov     ds, ax
        xor     si, si
1:      cmp     dword ptr [si], 0x74697865      # "exit"
        jne     4f
        cmp     byte ptr [si + 4], '='
        jne     4f
        lea     di, [si + 5]
        mov     bx, di
2:      mov     al, [bx]
        sub     al, '0'
        cmp     al, 9
        ja      3f
        inc     bx
        jmp     2b
3:      cmp     bx, di
        je      4f
        mov     al, [bx]
        call    ends_word
        je      5f
4:      lodsb                           # to the start of the next word
        test    al, al
        jz      7f
        call    ends_word
        jne     4b
        jmp     1b
5:      push    ds
        xor     ax, ax
        mov     ds, ax
        mov     si, offset msg_exit
        call    puts
        pop     ds
6:      mov     al, [di]
        call    putc
        inc     di
        cmp     di, bx
        jne     6b
        pop     ds
        jmp     newline
7:      pop     ds
        ret

# Sets the zero flag if AL cannot be inside a word: blanks, controls, NUL, ; and ".
ends_word:
        cmp     al, ' '
        jbe     1f
        cmp     al, ';'
        je      1f
        cmp     al, '"'
        ret
1:      cmp     al, al
        ret

read_drive2:
        .word   16, 1, 0, DRIVE2_SEG
        .quad   0

msg_hello:
        .asciz  "Flint osv-hello guest\r\n"
msg_cmdline:
        .asciz  "Cmdline: "
msg_drive2:
        .asciz  "Drive 2: "
msg_exit:
        .asciz  "program exited with status "
msg_off:
        .ascii  "Powering off."
msg_newline:
        .asciz  "\r\n"
