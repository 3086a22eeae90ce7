; A guest in one sector that looks for others: it calls its number into the network, five times a
; second, and shows on its screen and says on COM1 each number that it hears.
;
; Its number is the last digit of its card's address, 0 to 9.  The card is a NE2000, the plainest
; that QEMU has, where it is on an ISA bus: -device ne2k_isa,mac=52:54:00:00:00:03
;
;       nasm -f bin -o neighbours.img neighbours.asm

        bits 16
        org 0x7C00                      ; where a BIOS loads a boot sector

NE2000          equ 0x300               ; its ports; "page" is 256 bytes of the card's own memory
COMMAND         equ NE2000
DATA            equ NE2000 + 0x10
RING            equ 0x46                ; what comes in is in pages RING to RING_END - 1
RING_END        equ 0x80
OUTBOX          equ 0x40                ; what goes out is in this page

STARTED         equ 0x02                ; for COMMAND
SEND            equ 0x06
READ            equ 0x0A
WRITE           equ 0x12
REGISTERS_1     equ 0x42                ; started, and the other set of registers

TICKS           equ 0x46C               ; the BIOS counts here, 18 times a second
FRAME           equ 60                  ; the shortest that Ethernet has
ETHER_TYPE      equ 0xB588              ; 88B5, "local experimental", as it stands in memory

start:
        jmp 0:.begin
.begin: xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, start
        sti
        cld
        mov ax, 0x0001                  ; 40 x 25 letters
        int 0x10
        mov ah, 0x01                    ; and no cursor
        mov cx, 0x2000
        int 0x10
        mov ax, 0x0600                  ; white on blue
        mov bh, 0x1F
        xor cx, cx
        mov dx, 0x1827
        int 0x10

        mov si, set_up                  ; pairs of a register and what is written to it
        mov cx, (set_up.end - set_up) / 2
        mov dh, NE2000 >> 8
.pair:  lodsw
        mov dl, al
        mov al, ah
        out dx, al
        loop .pair

        mov di, received                ; the card's address is at its memory's beginning,
        xor bx, bx                      ; each byte twice
        mov cx, 12
        call read
        mov si, received
        mov di, frame.from
        mov cx, 6
.byte:  lodsw
        stosb
        loop .byte
        add al, "0"
        mov [frame.number], al
        mov [i_am.number], al
        mov dx, 0x0A09                  ; row 10, column 9
        call move
        mov si, i_am
        call print

.call:                                  ; call our number into the network
        mov bx, OUTBOX << 8
        mov cx, FRAME
        mov al, WRITE
        call transfer
        mov si, frame
        rep outsb
        mov dx, COMMAND
        mov al, SEND
        out dx, al
.again: hlt                             ; until the next tick
        call listen
        mov ax, [TICKS]
        and al, 3
        jnz .again
        jmp .call

; listen: take in all that has come.
listen:
        mov dx, COMMAND
        mov al, REGISTERS_1
        out dx, al
        mov dl, 7                       ; CURR: the page where the next one will be
        in al, dx
        mov ah, al
        mov dl, 0
        mov al, STARTED
        out dx, al
        cmp [next], ah
        je .end
        mov bh, [next]
        mov bl, 0
        mov di, received
        mov cx, 4 + 15                  ; what the card says of it, and as much as we look at
        call read
        mov al, [received + 1]          ; the page of the one after it
        mov [next], al
        cmp word [received + 4 + 12], ETHER_TYPE
        jne listen
        movzx bx, byte [received + 4 + 14]
        mov al, bl
        cmp al, [frame.number]          ; some networks send everybody all there is
        je listen
        sub bl, "0"
        bts [heard], bx
        jc listen                       ; known
        lea dx, [bx + 0x0C0F]
        call move
        call put
        jmp listen
.end:   ret

; read: cx bytes of the card's memory, from bx, to di.
read:   mov al, READ
        call transfer
        rep insb
        ret

; transfer: cx bytes from or to bx of the card's memory; dx is then where to read or write them.
transfer:
        push ax
        mov dx, NE2000 + 8              ; RSAR: where, and RBCR: how many
        mov al, bl
        out dx, al
        inc dx
        mov al, bh
        out dx, al
        inc dx
        mov al, cl
        out dx, al
        inc dx
        mov al, ch
        out dx, al
        pop ax
        mov dx, COMMAND
        out dx, al
        mov dx, DATA
        ret

; move: the cursor to row dh, column dl.
move:   pusha
        mov ah, 0x02
        mov bh, 0
        int 0x10
        popa
        ret

%include "machine.inc"

set_up: db 0x0, 0x21                    ; CR: stopped, the first set of registers
        db 0xE, 0x48                    ; DCR: a byte at a time
        db 0xC, 0x04                    ; RCR: what is for everybody
        db 0x1, RING, 0x2, RING_END, 0x3, RING_END - 1
        db 0x4, OUTBOX, 0x5, FRAME, 0x6, 0
        db 0x0, 0x61, 0x7, RING         ; CURR, of the other set
        db 0x0, STARTED
.end:

i_am:   db "I am guest "
.number: db "?, and hear", 13, 10, 0

next:   db RING
heard:  dw 0

frame:  times 6 db 0xFF                 ; to everybody
.from:  times 6 db 0
        dw ETHER_TYPE
.number: db "?"

        times 510 - ($ - $$) db 0
        dw 0xAA55                       ; what makes a sector bootable

received equ 0x7E00
