package io.maskflow.decoder.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.SampleKey;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {

    /** Known answers of philox4x64-10 as published with Random123 (file kat_vectors). */
    @Test
    void philoxGivesThePublishedAnswers() {
        assertBlock(new long[] {0, 0, 0, 0}, new long[] {0, 0}, new long[] {
            0x16554d9eca36314cL, 0xdb20fe9d672d0fdcL, 0xd7e772cee186176bL, 0x7e68b68aec7ba23bL
        });
        assertBlock(new long[] {-1, -1, -1, -1}, new long[] {-1, -1}, new long[] {
            0x87b092c3013fe90bL, 0x438c3c67be8d0224L, 0x9cc7d7c69cd777b6L, 0xa09caebf594f0ba0L
        });
        assertBlock(
                new long[] {0x243f6a8885a308d3L, 0x13198a2e03707344L, 0xa4093822299f31d0L, 0x082efa98ec4e6c89L},
                new long[] {0x452821e638d01377L, 0xbe5466cf34e90c6cL},
                new long[] {0xa528f45403e61d95L, 0x38c72dbd566e9788L, 0xa5a1610e72fd18b5L, 0x57bd43b5e52b7fe6L});
    }

    private static void assertBlock(long[] counter, long[] key, long[] expected) {
        Philox.block(counter, key[0], key[1]);
        assertThat(counter).containsExactly(expected);
    }

    /** Made with numpy.random.Philox on the documented key and counter; see the class comment of RandomStreams. */
    @Test
    void theLayoutOfKeyAndCounterIsFixed() {
        RandomGenerator stream = RandomStreams.of(new SampleKey(42, 7, 3, 1), "action", 5);
        assertThat(new long[] {
                    stream.nextLong(), stream.nextLong(), stream.nextLong(), stream.nextLong(), stream.nextLong()
                })
                .containsExactly(GOLDEN);
    }

    private static final long[] GOLDEN = {
        0xe7b726e34fe0c8b4L, 0x0ce279cc3a103f56L, 0x7abd1ebb9dab128fL, 0xdda4cd0c8d0021cfL, 0x759809e8b97f1fb3L
    };

    @Test
    void everyPartOfTheIdentityChangesTheStream() {
        Set<Long> first = new HashSet<>();
        SampleKey key = new SampleKey(1, 2, 3, 4);
        first.add(RandomStreams.of(key, "action", 5).nextLong());
        first.add(RandomStreams.of(key, "remask", 5).nextLong());
        first.add(RandomStreams.of(key, "action", 6).nextLong());
        first.add(RandomStreams.of(new SampleKey(9, 2, 3, 4), "action", 5).nextLong());
        first.add(RandomStreams.of(new SampleKey(1, 9, 3, 4), "action", 5).nextLong());
        first.add(RandomStreams.of(new SampleKey(1, 2, 9, 4), "action", 5).nextLong());
        first.add(RandomStreams.of(new SampleKey(1, 2, 3, 9), "action", 5).nextLong());
        assertThat(first).hasSize(7);
        assertThat(first).contains(RandomStreams.of(key, "action", 5).nextLong());
    }

    /** Mean 1/2 with standard error sqrt(1/12/n); five of them would happen once in 1.7 million honest generators. */
    @Test
    void firstDrawsOfNeighbouringStreamsAreUniform() {
        int n = 100_000;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += RandomStreams.of(new SampleKey(0, 0, i / 100, 0), "action", i % 100)
                    .nextDouble();
        }
        assertThat(sum / n).isBetween(0.5 - 5 * Math.sqrt(1 / 12.0 / n), 0.5 + 5 * Math.sqrt(1 / 12.0 / n));
    }

    @Test
    void aPurposeThatDoesNotFitIsRefused() {
        SampleKey key = new SampleKey(1, 2, 3, 4);
        assertThatThrownBy(() -> RandomStreams.of(key, "a long purpose", 0)).hasMessageContaining("a long purpose");
        assertThatThrownBy(() -> RandomStreams.of(key, "", 0)).hasMessageContaining("1 to 8");
        assertThatThrownBy(() -> RandomStreams.of(key, "action", -1)).hasMessageContaining("-1");
    }
}
