; A real installer, as small as one can be: a boot program that copies itself from the CD-ROM (or
; floppy) it was started from to the first hard disk, and then starts from there.  Wherever it
; runs, it says in plain words what machine it found itself in, on the screen and on the first
; serial port.
;
; It asks the machine itself, not the person who built it: the BIOS for the boot drive, the memory
; map and the disk; QEMU's firmware configuration device for memory and vCPUs; the CPU for its name.
;
;       nasm -f bin -o installer.img installer.asm          (installer_cd.py makes the ISO of it)

        bits 16
        org 0x7C00                      ; where a BIOS loads a boot program

SECTOR          equ 512
FIRST_DISK      equ 0x80                ; BIOS drive numbers: 00 floppy, 80 hard disk,
FIRST_CD        equ 0xE0                ; E0 CD-ROM (SeaBIOS; El Torito leaves the number open)

COPY            equ 0xA000              ; memory well above us: what is read back
SCRATCH         equ 0x0600              ; memory below us: answers to our questions

SCREEN          equ 0x1F                ; colours: background 1 (blue), text F (white)
TITLE_BAR       equ 0x70                ; grey, black
LABELS          equ 0x17                ; blue, grey
VALUES          equ 0x1E                ; blue, yellow

; ---------------------------------------------------------------------------------------------
; The first sector.  From a CD-ROM the BIOS has loaded all of us; from a disk or a floppy only
; this sector, which then loads the others.

start:
        jmp 0:.begin                    ; some BIOSes enter at 07C0:0000
.begin:
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, start                   ; the stack grows down from below us
        sti
        cld
        mov [boot_drive], dl            ; the BIOS says in dl where it found us

        cmp dl, FIRST_CD
        jae main
        mov ax, 0x0200 + SECTORS - 1    ; read the other sectors, by cylinder, head and sector:
        mov cx, 0x0002                  ; the way that a floppy and a disk share.  Cylinder 0,
        mov dh, 0                       ; head 0, from sector 2 (they count from 1)
        mov bx, start + SECTOR
        int 0x13
        jnc main
        mov si, cannot_read
        call print
        jmp power_off

%include "machine.inc"

cannot_read:    db "The boot drive cannot be read.", 13, 10, 0
boot_drive:     db 0                    ; here, as loading the other sectors replaces them

        times 446 - ($ - $$) db 0       ; the partition table, 64 bytes: empty
        times 510 - ($ - $$) db 0
        dw 0xAA55                       ; what makes a sector bootable

; ---------------------------------------------------------------------------------------------
; The story.

main:
        call prepare_screen
        cmp byte [boot_drive], FIRST_CD
        jae .installer
        cmp byte [boot_drive], FIRST_DISK
        jae .installed
.installer:
        mov si, title_installer
        call title
        call describe_machine
        call install
        jmp .off
.installed:
        mov si, title_installed
        call title
        call describe_machine
        mov si, all_is_well
        call print
.off:
        mov si, switching_off
        call print
        jmp power_off

; ---------------------------------------------------------------------------------------------
; The machine, one line for each thing.

describe_machine:
        mov si, label_boot
        call print
        mov si, from_floppy
        cmp byte [boot_drive], FIRST_DISK
        jb .named
        mov si, from_disk
        cmp byte [boot_drive], FIRST_CD
        jb .named
        mov si, from_cd
.named: call print
        mov al, [boot_drive]
        call print_hex
        call new_line

        mov si, label_memory
        call print
        call find_qemu
        jne .no_memory
        mov ax, FW_CFG_RAM_SIZE
        call fw_cfg_read
        call print_mib
        jmp .map
.no_memory:
        mov si, unknown
        call print
.map:   mov si, memory_map
        call print
        call usable_memory
        call print_mib
        mov si, memory_map_end
        call print

        mov si, label_cpus
        call print
        call find_qemu
        jne .no_cpus
        mov ax, FW_CFG_NB_CPUS
        call fw_cfg_read
        movzx eax, word [SCRATCH]
        call print_number
        jmp .cpu
.no_cpus:
        mov si, unknown
        call print
.cpu:   call new_line

        mov si, label_processor
        call print
        call print_processor
        call new_line
        mov si, label_hypervisor
        call print
        call print_hypervisor
        call new_line

        mov si, label_disk
        call print
        call find_disk
        mov si, no_disk
        jc .no_disk
        mov eax, [SCRATCH + 16]         ; its count of sectors, 64 bits
        mov edx, [SCRATCH + 20]
        shld edx, eax, 9                ; times 512: bytes
        shl eax, 9
        call print_edx_eax_mib
        mov si, disk_80
.no_disk:
        call print
        jmp new_line

; QEMU's firmware configuration device: write a key to one port, read its bytes from the next.
FW_CFG          equ 0x510
FW_CFG_SIGNATURE equ 0                  ; "QEMU"
FW_CFG_RAM_SIZE equ 3                   ; 8 bytes: what -m said
FW_CFG_NB_CPUS  equ 5                   ; 2 bytes: what -smp said

; fw_cfg_read: 8 bytes of the key ax, to SCRATCH (those after its end read as zero).
fw_cfg_read:
        pusha
        mov dx, FW_CFG
        out dx, ax
        inc dx
        mov di, SCRATCH
        mov cx, 8
        rep insb
        popa
        ret

; find_qemu: "equal" if that device is there.
find_qemu:
        mov ax, FW_CFG_SIGNATURE
        call fw_cfg_read
        cmp dword [SCRATCH], "QEMU"
        ret

; usable_memory: the sum of all that the BIOS's memory map calls free, 64 bits at SCRATCH.
usable_memory:
        xor eax, eax
        mov [.sum], eax
        mov [.sum + 4], eax
        xor ebx, ebx                    ; 0 asks for the first entry; the BIOS says what asks next
.entry: mov eax, 0xE820
        mov edx, "PAMS"                 ; "SMAP", as a number
        mov ecx, 20
        mov di, SCRATCH                 ; an entry: base (8 bytes), length (8), kind (4)
        int 0x15
        jc .end
        cmp dword [SCRATCH + 16], 1     ; kind 1: free to use
        jne .next
        mov eax, [SCRATCH + 8]
        add [.sum], eax
        mov eax, [SCRATCH + 12]
        adc [.sum + 4], eax
.next:  test ebx, ebx
        jnz .entry
.end:   mov eax, [.sum]
        mov [SCRATCH], eax
        mov eax, [.sum + 4]
        mov [SCRATCH + 4], eax
        ret
.sum:   dq 0

; print_processor: the name the CPU gives itself.
print_processor:
        mov eax, 0x80000000
        cpuid
        mov si, unknown
        cmp eax, 0x80000004
        jb print
        mov eax, 0x80000002             ; 16 characters from each of the leaves ...2, ...3 and ...4
        mov di, SCRATCH
.leaf:  push eax
        cpuid
        call store_registers
        pop eax
        inc eax
        cmp eax, 0x80000005
        jb .leaf
        mov byte [di], 0
        mov si, SCRATCH
.trim:  cmp byte [si], " "              ; some fill it with spaces from the left
        jne print
        inc si
        jmp .trim

; print_hypervisor: the twelve letters by which a hypervisor signs.
print_hypervisor:
        mov eax, 1
        cpuid
        mov si, none_seen
        bt ecx, 31                      ; "a hypervisor is present"
        jnc print
        mov eax, 0x40000000
        cpuid
        mov eax, ebx                    ; the letters come in ebx, ecx, edx
        mov ebx, ecx
        mov ecx, edx
        xor edx, edx
        mov di, SCRATCH
        call store_registers
        mov si, SCRATCH
        jmp print

; store_registers: eax, ebx, ecx and edx to di, which moves on.
store_registers:
        stosd
        mov eax, ebx
        stosd
        mov eax, ecx
        stosd
        mov eax, edx
        stosd
        ret

; find_disk: what the BIOS knows of the first hard disk, to SCRATCH; carry if there is none.
find_disk:
        cmp byte [0x475], 0             ; the BIOS's own count of hard disks: asking for a disk
        je .none                        ; that isn't there may get a CD-ROM's answer
        mov ah, 0x41                    ; are there the "extensions", which address disks by
        mov bx, 0x55AA                  ; block number?
        mov dl, FIRST_DISK
        int 0x13
        jc .none
        mov ah, 0x48
        mov dl, FIRST_DISK
        mov si, SCRATCH
        mov word [si], 30               ; the size of the answer we have room for
        int 0x13
        ret
.none:  stc
        ret

; ---------------------------------------------------------------------------------------------
; The work: write ourselves to the first hard disk, and read that back.

install:
        call find_disk
        mov si, refuse_no_disk
        jc .say
        mov si, writing
        call print
        mov ax, 0x4300                  ; extended write, without the BIOS's own verification
        mov dl, FIRST_DISK
        mov si, from_here
        int 0x13
        mov si, failed
        jc .say
        mov si, done
        call print

        mov si, comparing
        call print
        mov ah, 0x42                    ; extended read
        mov dl, FIRST_DISK
        mov si, to_copy
        int 0x13
        mov si, failed
        jc .say
        mov si, start
        mov di, COPY
        mov cx, SECTORS * SECTOR
        repe cmpsb
        mov si, different
        jne .say
        mov si, installed
.say:   jmp print

; What int 13h is told: the size of this packet, the count of sectors, where they are in memory
; (offset and segment), and the number of the first one on the disk.
from_here:      dw 16, SECTORS, start, 0
                dq 0
to_copy:        dw 16, SECTORS, COPY, 0
                dq 0

; ---------------------------------------------------------------------------------------------
; Words and numbers.

; prepare_screen: 80 x 25 letters, white on blue, with a title bar; no cursor.
prepare_screen:
        mov ax, 0x0003
        int 0x10
        mov ah, 0x01
        mov cx, 0x2000
        int 0x10
        mov cx, 0x0000                  ; the corners of each region as row and column
        mov dx, 0x184F
        mov bh, SCREEN
        call paint
        mov cx, 0x0000
        mov dx, 0x024F
        mov bh, TITLE_BAR
        call paint
        mov cx, 0x0400
        mov dx, 0x090F
        mov bh, LABELS
        call paint
        mov cx, 0x0410
        mov dx, 0x094F
        mov bh, VALUES                  ; on into paint

; paint: clear the screen from row ch, column cl to row dh, column dl, in the colours bh.
paint:
        mov ax, 0x0600
        int 0x10
        ret

; title: the text at si in the bar, and the cursor to where the description begins.
title:
        mov ah, 0x02
        mov bh, 0
        mov dx, 0x0103                  ; row 1, column 3
        int 0x10
        call print
        call new_line
        call new_line
        mov dx, 0x0400                  ; row 4, column 0
        int 0x10
        ret

new_line:
        mov si, .text
        jmp print
.text:  db 13, 10, 0

; print_mib: the 64-bit count of bytes at SCRATCH, in MiB.
print_mib:
        mov eax, [SCRATCH]
        mov edx, [SCRATCH + 4]
print_edx_eax_mib:
        shrd eax, edx, 20
        call print_number
        mov si, mib
        jmp print

; print_number: eax, in decimal.
print_number:
        pushad
        mov ebx, 10
        xor cx, cx
.digit: xor edx, edx
        div ebx
        push dx                         ; the last digit comes first: keep them on the stack
        inc cx
        test eax, eax
        jnz .digit
.put:   pop ax
        add al, "0"
        call put
        loop .put
        popad
        ret

; print_hex: al, as two digits.
print_hex:
        pusha
        mov cx, 2
.digit: rol al, 4
        push ax
        and al, 0x0F
        cmp al, 10
        jb .put
        add al, "A" - "0" - 10
.put:   add al, "0"
        call put
        pop ax
        loop .digit
        popa
        ret

title_installer: db "A small installer", 0
title_installed: db "The installed system", 0

label_boot:     db "   Booted from  ", 0
from_cd:        db "CD-ROM, BIOS drive ", 0
from_disk:      db "hard disk, BIOS drive ", 0
from_floppy:    db "floppy, BIOS drive ", 0
label_memory:   db "   Memory       ", 0
memory_map:     db " (", 0
memory_map_end: db " free in the BIOS's map)", 13, 10, 0
label_cpus:     db "   vCPUs        ", 0
label_processor: db "   Processor    ", 0
label_hypervisor: db "   Hypervisor   ", 0
label_disk:     db "   Hard disk    ", 0
disk_80:        db ", BIOS drive 80", 0
no_disk:        db "none", 0
mib:            db " MiB", 0
unknown:        db "unknown", 0
none_seen:      db "none seen", 0

refuse_no_disk: db 13, 10, "   There is no hard disk to install to. Nothing was written.", 13, 10, 0
writing:        db 13, 10, "   Writing this program to the hard disk ... ", 0
done:           db "done", 13, 10, 0
comparing:      db "   Reading it back and comparing ........... ", 0
failed:         db "the disk reports an error.", 13, 10, 0
different:      db "it is not the same!", 13, 10, 0
installed:      db "the same", 13, 10, 13, 10
                db "   Installed. Take the installer out, and boot from the hard disk.", 13, 10, 0
all_is_well:    db 13, 10, "   This came from the disk that the installer wrote.", 13, 10, 0
switching_off:  db "   Switching off.", 13, 10, 0

        align SECTOR, db 0
SECTORS         equ ($ - $$) / SECTOR
