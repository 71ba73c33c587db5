# A tiny BIOS guest on a disk laid out as OSv lays out its own.
#
# It prints on COM1 its command line and what the further drives hold: the files
# of OSv's read-only file system (ROFS), or else the start of the first sector.
# Then it does what words of its command line ask for, and powers off:
#   --sleep   waits for the ACPI power button
#   --hang    stops for ever
#   --abort   ends as OSv's kernel does after a crash
#   --exit N  (or exit=N) reports the status N as OSv does
#
# Disk, in bytes: 0 boot sector, 512 command line (63 sectors, up to a NUL),
# 65536 second stage, 2 MiB data partition (entry 2 of the partition table).
# Memory: 0x7c00 boot sector, 0x7e00 second stage, so that both link as one
# piece; the command line goes to 1000:0000, a sector of a further drive to
# 2000:0000, the tables of its file system to 3000:0000.

        .intel_syntax noprefix
        .code16
        .text
        .globl start

        .set CHUNKS, 1                  # 32 KiB pieces of the second stage
        .set SECTORS_PER_CHUNK, 64
        .set STAGE2_LBA, 128
        .set CMDLINE_SECTORS, 63
        .set CMDLINE_SEG, 0x1000
        .set SECTOR_SEG, 0x2000
        .set TABLES_SEG, 0x3000
        .set TABLES_SECTORS, 64         # no larger ones are read
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
        .set PM1_ENABLE, 2
        .set PM1_CONTROL, 4
        .set POWER_BUTTON, 0x100
        .set SLEEP_S5, 0x2000           # SLP_EN with QEMU's SLP_TYP of S5, 0

        .set DRIVE2, 0x81
        .set LAST_DRIVE, 0x88           # the ninth, for the sake of one digit

        .set ROFS_MAGIC, 0xdeadbead     # superblock: magic, then at
        .set ROFS_TABLES, 24            # first sector of the tables
        .set ROFS_TABLES_SECTORS, 32
        .set ROFS_ENTRIES, 40           # how many of each
        .set ROFS_LINKS, 48
        .set ROFS_INODES, 56
        .set ROFS_FILE, 0x8000          # inode: mode, number, sector, size

        .set WISH_SLEEP, 1
        .set WISH_HANG, 2
        .set WISH_ABORT, 4

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

# The I/O base of power management into BX.
pm_base:
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
1:      ret

power_off:
        mov     ah, ALL_SENT
        call    serial_wait
        call    pm_base
        lea     dx, [bx + PM1_CONTROL]
        mov     ax, SLEEP_S5
        out     dx, ax
stop:   cli
        hlt
        jmp     stop

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

run:    call    enable_button
        mov     si, offset msg_hello
        call    puts

        mov     si, offset msg_cmdline
        call    puts
        push    ds
        mov     ax, CMDLINE_SEG
        mov     es, ax
        mov     ds, ax
        mov     byte ptr [CMDLINE_SECTORS * 512], 0
        xor     si, si
        call    puts
        pop     ds
        call    newline
        call    read_words

        call    show_drives

        test    byte ptr [wish], WISH_HANG
        jnz     hang
        test    byte ptr [wish], WISH_SLEEP
        jz      1f
        call    await_button
1:      test    byte ptr [wish], WISH_ABORT
        jnz     abort
        call    report_exit

        mov     si, offset msg_off
        call    puts
        jmp     power_off

hang:   mov     si, offset msg_hang
        call    puts
        jmp     stop

abort:  mov     si, offset msg_abort
        call    puts
        jmp     power_off

newline:
        mov     si, offset msg_newline
        jmp     puts

# From now on a press of the power button is noted.
enable_button:
        call    pm_base
        lea     dx, [bx + PM1_ENABLE]
        mov     ax, POWER_BUTTON
        out     dx, ax
        ret

# Waits for the power button; the BIOS's timer wakes it 18 times a second.
await_button:
        mov     si, offset msg_sleep
        call    puts
        call    pm_base
1:      mov     dx, bx
        in      ax, dx
        test    ax, POWER_BUTTON
        jnz     2f
        sti
        hlt
        cli
        jmp     1b
2:      mov     si, offset msg_button
        jmp     puts

# Tells what is on the drives after the first.
show_drives:
        mov     byte ptr [drive], DRIVE2
1:      mov     dword ptr [sector], 0
        call    read_sector
        jc      2f
        call    show_drive
        inc     byte ptr [drive]
        cmp     byte ptr [drive], LAST_DRIVE
        jbe     1b
2:      cmp     byte ptr [drive], DRIVE2
        jne     3f
        mov     si, offset msg_no_drive2
        call    puts
3:      ret

# Reads the sector of the drive that both variables say; carry set on failure.
read_sector:
        mov     si, offset read_drive
        mov     word ptr [si + 2], 1    # a BIOS may have put less there
# Reads from the drive as the packet at SI says. The BIOS may use FS and GS too.
read_further:
        mov     dl, [drive]
        call    read
        mov     ax, TABLES_SEG
        mov     fs, ax
        mov     ax, SECTOR_SEG
        mov     gs, ax
        ret

# Tells what is on a drive whose first sector is there.
show_drive:
        mov     si, offset msg_drive
        call    puts
        mov     al, [drive]
        sub     al, DRIVE2 - '2'
        call    putc
        mov     si, offset msg_colon
        call    puts
        cmp     dword ptr gs:[0], ROFS_MAGIC
        je      show_rofs
        xor     si, si
        mov     cx, 512
1:      mov     al, gs:[si]
        inc     si
        test    al, al
        jz      newline
        call    put_visible
        loop    1b
        jmp     newline

# Prints AL, or a dot if it is no visible character.
put_visible:
        cmp     al, ' '
        jb      1f
        cmp     al, '~'
        jbe     putc
1:      mov     al, '.'
        jmp     putc

# Prints the regular files of the file system whose superblock is there.
show_rofs:
        mov     si, offset msg_rofs
        call    puts
        mov     eax, gs:[ROFS_TABLES]
        mov     [tables_lba], eax
        mov     eax, gs:[ROFS_TABLES_SECTORS]
        cmp     eax, TABLES_SECTORS
        ja      too_large
        mov     [tables_sectors], ax
        mov     ax, gs:[ROFS_ENTRIES]
        mov     [entries], ax
        mov     ax, gs:[ROFS_LINKS]
        mov     [links], ax
        mov     ax, gs:[ROFS_INODES]
        mov     [inodes], ax
        mov     si, offset read_tables
        call    read_further
        jc      read_error

        xor     di, di                  # over entries and links to the inodes
        mov     cx, [entries]
        jcxz    2f
1:      call    next_entry
        loop    1b
2:      mov     cx, [links]
        jcxz    4f
3:      add     di, fs:[di]
        add     di, 2
        loop    3b
4:      mov     [inode_table], di

        xor     di, di
        mov     cx, [entries]
        jcxz    6f
5:      push    cx
        call    show_entry
        call    next_entry
        pop     cx
        loop    5b
6:      ret

too_large:
        mov     si, offset msg_too_large
        jmp     puts
read_error:
        mov     si, offset msg_read_failed
        jmp     puts

# Moves DI from an entry (inode, length of the name, name) to the next.
next_entry:
        add     di, fs:[di + 8]
        add     di, 10
        ret

# Prints name and content of the entry at FS:DI, if it is a regular file.
show_entry:
        mov     bx, fs:[di]
        dec     bx
        cmp     bx, [inodes]
        jae     9f
        shl     bx, 5
        add     bx, [inode_table]
        cmp     word ptr fs:[bx], ROFS_FILE
        jne     9f
        mov     si, offset msg_file
        call    puts
        mov     cx, fs:[di + 8]
        lea     si, [di + 10]
        jcxz    2f
1:      mov     al, fs:[si]
        inc     si
        call    put_visible
        loop    1b
2:      mov     al, ':'
        call    putc
        call    newline

        mov     eax, fs:[bx + 16]
        mov     [sector], eax
        mov     ebx, fs:[bx + 24]
        mov     byte ptr [last], '\n'
3:      test    ebx, ebx
        jz      8f
        call    read_sector
        jc      read_error
        mov     ecx, 512
        cmp     ebx, ecx
        jae     4f
        mov     ecx, ebx
4:      sub     ebx, ecx
        xor     si, si
5:      mov     al, gs:[si]
        inc     si
        mov     [last], al
        cmp     al, '\n'
        jne     6f
        push    si
        call    newline
        pop     si
        jmp     7f
6:      call    put_visible
7:      loop    5b
        inc     dword ptr [sector]
        jmp     3b
8:      cmp     byte ptr [last], '\n'
        jne     newline
9:      ret

# Looks at all words of the command line, ES:0.
read_words:
        xor     di, di
1:      mov     si, offset word_exit_is
        call    starts
        je      status
        mov     si, offset word_exit
        call    is_word
        jne     3f
2:      cmp     byte ptr es:[bx], ' '
        jne     status
        inc     bx
        jmp     2b
3:      mov     cx, WISH_ABORT
        mov     si, offset word_abort
        call    is_word
        je      4f
        mov     cx, WISH_SLEEP
        mov     si, offset word_sleep
        call    is_word
        je      4f
        mov     cx, WISH_HANG
        mov     si, offset word_hang
        call    is_word
        jne     next_word
4:      or      [wish], cl
next_word:
        mov     al, es:[di]
        test    al, al
        jz      5f
        inc     di
        call    ends_word
        jne     next_word
        jmp     1b
5:      ret

# Notes the first word at ES:BX that is a number.
status: cmp     word ptr [status_at], 0
        jne     next_word
        mov     si, bx
1:      mov     al, es:[si]
        inc     si
        call    is_digit
        jbe     1b
        dec     si
        cmp     si, bx
        je      next_word
        call    ends_word
        jne     next_word
        mov     [status_at], bx
        jmp     next_word

# Sets "below or equal" if AL is a digit, and leaves AL.
is_digit:
        push    ax
        sub     al, '0'
        cmp     al, 9
        pop     ax
        ret

# Sets the zero flag if the line goes on at ES:DI as DS:SI, which ends in a NUL.
# BX is then behind it.
starts: mov     bx, di
1:      lodsb
        test    al, al
        jz      2f
        cmp     al, es:[bx]
        jne     2f
        inc     bx
        jmp     1b
2:      ret

# The same, if nothing more of a word follows.
is_word:
        call    starts
        jne     1f
        mov     al, es:[bx]
        call    ends_word
1:      ret

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

# Prints the status that was asked for, as OSv does.
report_exit:
        mov     di, [status_at]
        test    di, di
        jz      2f
        mov     si, offset msg_exit
        call    puts
1:      mov     al, es:[di]
        inc     di
        call    is_digit
        ja      newline
        call    putc
        jmp     1b
2:      ret

read_drive:
        .word   16, 1, 0, SECTOR_SEG
sector: .quad   0
read_tables:
        .word   16
tables_sectors:
        .word   0, 0, TABLES_SEG
tables_lba:
        .quad   0

drive:  .byte   0
last:   .byte   0
wish:   .byte   0
        .balign 2
status_at:
        .word   0
entries:
        .word   0
links:  .word   0
inodes: .word   0
inode_table:
        .word   0

word_exit_is:
        .asciz  "exit="
word_exit:
        .asciz  "--exit"
word_abort:
        .asciz  "--abort"
word_sleep:
        .asciz  "--sleep"
word_hang:
        .asciz  "--hang"

msg_hello:
        .asciz  "Flint osv-hello guest\r\n"
msg_cmdline:
        .asciz  "Cmdline: "
msg_drive:
        .asciz  "Drive "
msg_no_drive2:
        .asciz  "No second drive.\r\n"
msg_rofs:
        .asciz  "ROFS\r\n"
msg_too_large:
        .asciz  "Too many files.\r\n"
msg_file:
        .asciz  "File "
msg_colon:
        .asciz  ": "
msg_sleep:
        .asciz  "Waiting for the power button.\r\n"
msg_button:
        .asciz  "power button\r\n"
msg_hang:
        .asciz  "Hanging.\r\n"
msg_abort:
        .asciz  "Aborted\r\n\r\n[backtrace]\r\n"
msg_exit:
        .asciz  "program exited with status "
msg_off:
        .ascii  "Powering off."
msg_newline:
        .asciz  "\r\n"
