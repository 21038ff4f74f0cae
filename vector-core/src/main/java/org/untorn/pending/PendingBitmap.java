// SPDX-License-Identifier: Apache-2.0
package org.untorn.pending;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * The pending vectors of one CPU: one bit a vector, raised by any thread, taken by any thread, as a rule its owner.
 *
 * <p><b>Roles.</b> Every operation may be called by any thread, together with every other.
 *
 * <p><b>Progress.</b> {@link #test}, {@link #isEmpty}, {@link #nonEmptyWords}, {@link #arm}, {@link #disarm} and {@link
 * #isArmed} are wait-free, and so are the takes of whole words where the CPU has an atomic exchange (x86; AArch64 with LSE).
 * {@link #raise}, {@link #clear} and {@link #raiseAll} are lock-free: a compareAndSet loop that fails only when another
 * operation on the same word succeeded.
 *
 * <p><b>Memory.</b> What happens-before a raise of a vector happens-before what follows the take that answers it: the
 * first take or clear of that vector that comes after the raise. This holds too for a raise that found the vector
 * pending and wrote nothing.
 *
 * <p><b>Sleep.</b> A taker that has nothing to do arms the bitmap before it sleeps; a raiser looks, after its raise,
 * whether it is armed, and then wakes the taker. One of the two sees the other, so no wake-up is lost.
 *
 * <p><b>Units.</b> A vector is an index from 0 to {@link #size()}, exclusive. Vector {@code v} is bit {@code v % 64} of
 * word {@code v / 64}.
 *
 * <p>Sources: Linux, {@code pi_test_and_set_pir} and {@code pi_harvest_pir} (posted_intr.h); Intel SDM vol. 3A, 10.8.4
 * (coalescing in the IRR).
 */
public final class PendingBitmap {
    /*
     * Overview: raise tests before it sets, so that a storm on one pending vector keeps the line shared.
     *
     * I1 A bit goes 0 -> 1 only by the compareAndSet of a raise, 1 -> 0 only by a take or a clear; each is atomic on the
     *    word, so a bit set in between is never overwritten and each 0 -> 1 is answered exactly once.
     *
     * M1 raise -> take: the compareAndSet and the exchange are full-mode read-modify-writes of one word.
     * M2 A raise that finds its bit set: its full fence stands between the caller's writes and the second test, the
     *    taker's exchange before the taker's reads. If the second test still saw 1, the exchange comes after it in the
     *    order of the word, so the taker sees what the caller wrote. Without the fence the test may be answered before
     *    the caller's writes left its store buffer: 0.19 % of raises were lost that way on x86 (DOMAIN.md 6.5, model
     *    tbs.pml). A failed compareAndSet is no substitute: it need not order earlier writes. On the other side the taker
     *    reads the word once more: where an exchange is a load-exclusive and a store-exclusive (AArch64 without LSE), a
     *    plain read may slip in between the two; it cannot pass a volatile read that follows the exchange's store.
     *
     * M3 The scan for non-empty words is opaque: it picks candidates and publishes nothing, the exchange that follows does.
     *    Opaque, not plain: an owner that polls an empty bitmap in a loop must come to see a raise
     *    (PendingBitmap_04_ScanSeesRaise).
     *
     * M4 arm: write the flag, full fence, then look at the words. raiser: set the bit, or find it set behind a full fence,
     *    then read the flag. At least one of them sees the other's (PendingBitmap_08_ArmVersusRaise). Only the taker
     *    writes the flag: a raiser that lowered it and was suspended before it woke the taker would take the wake-up of
     *    all later raisers with it.
     * M5 A clear that finds nothing is one volatile read: it comes after whatever the caller wrote before, and the value it
     *    reads was left by the take that emptied the bit, or by a later access, so that take happens-before what follows.
     *
     * Layout: STRIDE longs at both ends keep other objects off these lines, also from the adjacent-line prefetcher. The
     * flag is the long behind the words: of a small bitmap a raiser has that line already, or the one before it.
     *
     * Rejected: getAndBitwiseOr, which is a compareAndSet loop of its own on HotSpot, with a second load. A summary word
     * over the words: one more atomic a raise, to save three loads a poll.
     */

    /** The size of a bitmap made without naming one: the vectors of an x86 CPU. */
    public static final int DEFAULT_SIZE = 256;

    /** The largest size a bitmap can have. */
    public static final int MAX_SIZE = 4096;

    private static final int STRIDE = 16; // longs: 128 bytes, a pair of 64-byte lines
    private static final VarHandle WORD =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final int size;
    private final int wordCount;
    private final long[] words; // written: raisers, takers; the last: the taker that sleeps, 1 while armed

    /** A bitmap of {@link #DEFAULT_SIZE} vectors, none pending. */
    public PendingBitmap() {
        this(DEFAULT_SIZE);
    }

    /**
     * A bitmap with nothing pending.
     *
     * @param size the number of vectors, 1 to {@link #MAX_SIZE}
     * @throws IllegalArgumentException if the size is out of range
     */
    public PendingBitmap(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("size=" + size + ", minimum=1, maximum=" + MAX_SIZE);
        }
        this.size = size;
        wordCount = (size + 63) >>> 6;
        words = new long[STRIDE + wordCount + 1 + STRIDE];
    }

    /**
     * The number of vectors.
     *
     * @return it, 1 to {@link #MAX_SIZE}
     */
    public int size() {
        return size;
    }

    /**
     * The number of 64-bit words.
     *
     * @return it, 1 to 64
     */
    public int wordCount() {
        return wordCount;
    }

    // ---- raiser ----

    /**
     * Makes a vector pending. Lock-free. If it is pending already, the word is not written.
     *
     * @param vector 0 to {@link #size()}, exclusive
     * @return true if this call made it pending, false if it was pending already (the raises coalesce)
     * @throws IndexOutOfBoundsException if the vector is out of range
     */
    public boolean raise(int vector) {
        checkVector(vector);
        int index = STRIDE + (vector >>> 6);
        long bit = 1L << vector; // the shift count is taken mod 64
        for (; ; ) {
            long word = word(index);
            if ((word & bit) == 0L) {
                if (compareAndSetWord(index, word, word | bit)) { // M1
                    return true;
                }
            } else {
                VarHandle.fullFence(); // M2
                if ((word(index) & bit) != 0L) {
                    return false;
                }
            }
        }
    }

    /**
     * Makes several vectors of one word pending, as a taker does that puts back what it will not serve. Lock-free.
     *
     * @param word the word's index, 0 to {@link #wordCount()}, exclusive
     * @param bits bit {@code b} stands for vector {@code 64 * word + b}; 0 does nothing
     * @return the bits that were pending already
     * @throws IndexOutOfBoundsException if the word is out of range, or a bit stands for a vector that is
     */
    public long raiseAll(int word, long bits) {
        checkWord(word);
        int rest = size - (word << 6);
        if (rest < 64 && bits >>> rest != 0L) {
            throw new IndexOutOfBoundsException(
                    "vector=" + ((word << 6) + 63 - Long.numberOfLeadingZeros(bits)) + ", limit=" + size);
        }
        return bits == 0L ? 0L : getAndBitwiseOrWord(STRIDE + word, bits) & bits;
    }

    // ---- taker ----

    /**
     * Takes one vector. Lock-free. If it is not pending, the word is not written.
     *
     * @param vector 0 to {@link #size()}, exclusive
     * @return true if it was pending and the caller now has to answer it, false if it was not
     * @throws IndexOutOfBoundsException if the vector is out of range
     */
    public boolean clear(int vector) {
        checkVector(vector);
        int index = STRIDE + (vector >>> 6);
        long bit = 1L << vector;
        return (word(index) & bit) != 0L && (getAndBitwiseAndWord(index, ~bit) & bit) != 0L; // M5
    }

    /**
     * Takes what is pending in one word, by one exchange; a word that looks empty is not written.
     *
     * @param word the word's index, 0 to {@link #wordCount()}, exclusive
     * @return the bits taken; bit {@code b} stands for vector {@code 64 * word + b}
     * @throws IndexOutOfBoundsException if the word is out of range
     */
    public long takeWord(int word) {
        checkWord(word);
        return word(STRIDE + word) == 0L ? 0L : getAndSetWord(STRIDE + word, 0L);
    }

    /**
     * Takes what is pending and passes it on, lowest vector first: word by word, each by one exchange. Not atomic over
     * words. If the consumer throws, what was taken of that word and not passed on is made pending again.
     *
     * @param consumer is given each vector; must not be null
     * @return how many were passed on
     */
    public int takeLowestFirst(IntConsumer consumer) {
        Objects.requireNonNull(consumer, "consumer");
        int taken = 0;
        for (long left = nonEmptyWords(); left != 0L; left &= left - 1) {
            int word = Long.numberOfTrailingZeros(left);
            long bits = getAndSetWord(STRIDE + word, 0L);
            try {
                while (bits != 0L) {
                    int bit = Long.numberOfTrailingZeros(bits);
                    bits &= bits - 1;
                    consumer.accept((word << 6) + bit);
                    taken++;
                }
            } catch (Throwable thrown) {
                raiseAll(word, bits);
                throw thrown;
            }
        }
        return taken;
    }

    /**
     * Takes what is pending and passes it on, highest vector first: word by word, each by one exchange. Not atomic over
     * words. If the consumer throws, what was taken of that word and not passed on is made pending again.
     *
     * @param consumer is given each vector; must not be null
     * @return how many were passed on
     */
    public int takeHighestFirst(IntConsumer consumer) {
        Objects.requireNonNull(consumer, "consumer");
        int taken = 0;
        for (long left = nonEmptyWords(); left != 0L; ) {
            int word = 63 - Long.numberOfLeadingZeros(left);
            left ^= 1L << word;
            long bits = getAndSetWord(STRIDE + word, 0L);
            try {
                while (bits != 0L) {
                    int bit = 63 - Long.numberOfLeadingZeros(bits);
                    bits ^= 1L << bit;
                    consumer.accept((word << 6) + bit);
                    taken++;
                }
            } catch (Throwable thrown) {
                raiseAll(word, bits);
                throw thrown;
            }
        }
        return taken;
    }

    // ---- taker that sleeps: one thread at a time ----

    /**
     * Arms the bitmap, unless something is pending: every raiser that asks {@link #isArmed} after its raise is told to wake
     * the taker, until {@link #disarm}. Wait-free.
     *
     * @return true if nothing was pending after it was armed: the taker may sleep; false if something was: it is not armed
     */
    public boolean arm() {
        flag(1L);
        VarHandle.fullFence(); // M4
        if (nonEmptyWords() == 0L) {
            return true;
        }
        disarm();
        return false;
    }

    /** Ends what {@link #arm} began: the taker is awake. Does nothing if it is not armed. Wait-free. */
    public void disarm() {
        flag(0L);
    }

    /**
     * Whether the taker has to be woken. To be asked by a raiser after its raise, also after one that found the vector
     * pending. Wait-free, one volatile read.
     *
     * @return true between {@link #arm} and {@link #disarm}
     */
    public boolean isArmed() {
        return word(STRIDE + wordCount) != 0L;
    }

    // ---- observer ----

    /**
     * Whether a vector is pending at this moment. Wait-free.
     *
     * @param vector 0 to {@link #size()}, exclusive
     * @return true if it is
     * @throws IndexOutOfBoundsException if the vector is out of range
     */
    public boolean test(int vector) {
        checkVector(vector);
        return (word(STRIDE + (vector >>> 6)) >>> vector & 1L) != 0L;
    }

    /**
     * Whether each word was empty when it was looked at. Wait-free, one volatile read a word, no write.
     *
     * @return true if nothing was found pending
     */
    public boolean isEmpty() {
        long any = 0L;
        for (int index = STRIDE; index < STRIDE + wordCount; index++) {
            any |= word(index);
        }
        return any == 0L;
    }

    /**
     * Which words were not empty when they were looked at. Wait-free, no write, no branch that depends on what is
     * pending: which vector comes next is nothing a branch predictor could learn.
     *
     * @return bit {@code w} is set if word {@code w} was not 0
     */
    public long nonEmptyWords() {
        if (wordCount == 4) { // the usual size, without a loop
            return (bit(0) | bit(1) << 1) | (bit(2) << 2 | bit(3) << 3);
        }
        long nonEmpty = 0L;
        for (int word = 0; word < wordCount; word++) {
            nonEmpty |= bit(word) << word;
        }
        return nonEmpty;
    }

    private long bit(int word) {
        long bits = wordOpaque(STRIDE + word); // M3
        return (bits | -bits) >>> 63;
    }

    /**
     * The pending vectors, each word as it was when it was looked at.
     *
     * @return for example {@code {33, 40}}
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int vector = 0; vector < size; vector++) {
            if (test(vector)) {
                text.append(text.length() == 1 ? "" : ", ").append(vector);
            }
        }
        return text.append('}').toString();
    }

    private void checkVector(int vector) {
        if (vector < 0 || vector >= size) {
            throw new IndexOutOfBoundsException("vector=" + vector + ", limit=" + size);
        }
    }

    private void checkWord(int word) {
        if (word < 0 || word >= wordCount) {
            throw new IndexOutOfBoundsException("word=" + word + ", limit=" + wordCount);
        }
    }

    // ---- moded accessors: no suffix means full (volatile) mode ----

    private long word(int index) {
        return (long) WORD.getVolatile(words, index);
    }

    private long wordOpaque(int index) {
        return (long) WORD.getOpaque(words, index);
    }

    private void flag(long value) {
        WORD.setVolatile(words, STRIDE + wordCount, value);
    }

    private boolean compareAndSetWord(int index, long expected, long value) {
        return WORD.compareAndSet(words, index, expected, value);
    }

    private long getAndSetWord(int index, long value) {
        long before = (long) WORD.getAndSet(words, index, value);
        word(index); // M2
        return before;
    }

    private long getAndBitwiseOrWord(int index, long bits) {
        return (long) WORD.getAndBitwiseOr(words, index, bits);
    }

    private long getAndBitwiseAndWord(int index, long bits) {
        return (long) WORD.getAndBitwiseAnd(words, index, bits);
    }
}
