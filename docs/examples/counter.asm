; A guest that remembers, in one sector: it counts on its own disk how often it was booted, says so
; on the screen and on COM1, and switches the machine off.
;
;       nasm -f bin -o counter.img counter.asm && qemu-system-x86_64 -drive file=counter.img,format=raw

        bits 16
        org 0x7C00                      ; where a BIOS loads a boot sector

start:
        jmp 0:.begin                    ; some BIOSes enter at 07C0:0000
.begin: xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, start                   ; the stack grows down from below us
        sti
        cld
        inc word [boots]

        mov ax, 0x0301                  ; write one sector: this one, as it now is in memory, to
        mov bx, start                   ; where it came from.  dl is still the drive
        mov cx, 0x0001
        mov dh, 0
        int 0x13
        mov si, refused
        jc .say
        mov si, before
        call print
        mov ax, [boots]
        call print_number
        mov si, after
.say:   call print
        jmp power_off

; print_number: ax, in decimal.
print_number:
        mov bx, 10
        xor cx, cx
.digit: xor dx, dx
        div bx
        push dx                         ; the last digit comes first: keep them on the stack
        inc cx
        test ax, ax
        jnz .digit
.put:   pop ax
        add al, "0"
        call put
        loop .put
        ret

%include "machine.inc"

before:         db "Boot number ", 0
after:          db " of this disk.", 13, 10, 0
refused:        db "The disk cannot be written.", 13, 10, 0

boots:          dw 0

        times 510 - ($ - $$) db 0
        dw 0xAA55                       ; what makes a sector bootable
