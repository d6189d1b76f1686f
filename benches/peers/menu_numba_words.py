"""Bits of a 64-bit word: numba has no popcount of its own."""

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic


@intrinsic
def ones_in(typing, word):
    """How many bits are set (LLVM's ctpop)."""

    def code(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), code


@intrinsic
def lowest_in(typing, word):
    """The place of the lowest bit that is set (LLVM's cttz)."""

    def code(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), code
