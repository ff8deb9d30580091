/* The bitcode of the kernels, embedded by the assembler: no generated source of megabytes. */
__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".globl clausal_kernels_bitcode\n"
    "clausal_kernels_bitcode:\n"
    ".incbin \"" CLAUSAL_BITCODE_FILE "\"\n"
    ".globl clausal_kernels_bitcode_end\n"
    "clausal_kernels_bitcode_end:\n"
    ".byte 0\n"
    ".text\n");
extern const char clausal_kernels_unused;
