; A keyboard test in one sector: says on the screen and on COM1 every character typed, until Enter,
; and switches the machine off.  What arrives here is what really reached the guest's keyboard
; (the BIOS reads it as a US one).
;
;       nasm -f bin -o echo.img echo.asm && qemu-system-x86_64 -drive file=echo.img,format=raw

        bits 16
        org 0x7C00                      ; where a BIOS loads a boot sector

start:
        jmp 0:.begin                    ; some BIOSes enter at 07C0:0000
.begin:
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7C00                  ; the stack grows down from below us
        sti
        mov si, ready
        call print
.next:
        mov ah, 0                       ; wait for a key; al is its character, 0 if it has none
        int 0x16
        test al, al
        jz .next
        cmp al, 13
        je .enter
        call put
        jmp .next
.enter:
        mov si, finished
        call print
        jmp power_off

%include "machine.inc"

ready:          db "Type, then press Enter: ", 0
finished:       db 13, 10, "Thank you.", 13, 10, 0

        times 510 - ($ - $$) db 0
        dw 0xAA55                       ; what makes a sector bootable
