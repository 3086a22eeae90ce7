; A guest in one sector that gets into trouble when it is told to.  It says on the screen and on COM1
; that it is up, and does as the key says that is pressed:
;
;       r   starts anew
;       h   hangs: it no longer tells its watchdog that all is well     (-device ib700)
;       p   panics, and says so to its host                             (-device pvpanic)
;       q   switches the machine off
;
;       nasm -f bin -o trouble.img trouble.asm

        bits 16
        org 0x7C00                      ; where a BIOS loads a boot sector

WATCHDOG        equ 0x443               ; writing here says for how long all is well
TWO_SECONDS     equ 14
PANIC           equ 0x505
CRASHED         equ 1
RESET           equ 0x64                ; the keyboard's controller also has the reset line
PULSE           equ 0xFE

start:
        jmp 0:.begin                    ; some BIOSes enter at 07C0:0000
.begin: xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, start                   ; the stack grows down from below us
        sti
        cld
        mov si, up
        call print

.again: mov dx, WATCHDOG
        mov al, TWO_SECONDS
        out dx, al
        hlt                             ; until a key is pressed, or the clock ticks
        mov ah, 1                       ; is there a key?
        int 0x16
        jz .again
        mov ah, 0
        int 0x16
        mov bx, keys
.key:   cmp byte [bx], 0
        je .again
        cmp al, [bx]
        je .found
        add bx, 5
        jmp .key
.found: mov si, [bx + 1]
        call print
        call [bx + 3]
        jmp .again

restart:
        mov al, PULSE
        out RESET, al
hang:
        cli
        hlt
        jmp hang

panic:
        mov dx, PANIC
        mov al, CRASHED
        out dx, al
        ret

%include "machine.inc"

keys:                                   ; a key, what is said, and what is done
        db "r"
        dw restarting, restart
        db "h"
        dw hanging, hang
        db "p"
        dw panicking, panic
        db "q"
        dw leaving, power_off
        db 0

up:             db "Up and well.", 13, 10, 0
restarting:     db "I start anew.", 13, 10, 0
hanging:        db "I hang.", 13, 10, 0
panicking:      db "I panic!", 13, 10, 0
leaving:        db "Good night.", 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55                       ; what makes a sector bootable
