package dev.flint.oci.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.store.SingleDoorInputStream;
import dev.flint.testing.Failures;
import dev.flint.testing.FaultyBlob;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ResumingStreamTest {
  private static final int SIZE = 5000;

  private final byte[] content = new byte[SIZE];
  private final List<Integer> pauses = new ArrayList<>();

  ResumingStreamTest() {
    new Random(1).nextBytes(content);
  }

  /** Each answer is what a test makes of the rest of the blob. */
  private final class Source implements BlobSource {
    private final Answer answer;
    private final boolean ranges;
    private final List<Long> asked = new ArrayList<>();
    private int closed;
    private int opened;

    Source(boolean ranges, Answer answer) {
      this.ranges = ranges;
      this.answer = answer;
    }

    @Override
    public InputStream open() throws IOException {
      asked.add(0L);
      return from(0);
    }

    @Override
    public Optional<InputStream> range(long from, long length) throws IOException {
      assertTrue(from > 0 && length > 0, "asked for " + length + " bytes from " + from);
      assertEquals(SIZE, from + length);
      if (!ranges) {
        return Optional.empty();
      }
      asked.add(from);
      return Optional.of(from((int) from));
    }

    private InputStream from(int from) throws IOException {
      InputStream in = answer.to(Arrays.copyOfRange(content, from, SIZE), asked.size());
      opened++;
      return new FilterInputStream(in) {
        private boolean open = true;

        @Override
        public void close() throws IOException {
          closed += open ? 1 : 0;
          open = false;
          super.close();
        }
      };
    }
  }

  private interface Answer {
    InputStream to(byte[] rest, int attempt) throws IOException;
  }

  private byte[] read(Source source, int from) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (InputStream in = new ResumingStream(source, from, SIZE, pauses::add)) {
      in.transferTo(out);
      assertEquals(-1, in.read());
    } finally {
      assertEquals(source.opened, source.closed, "streams that were left open");
    }
    return out.toByteArray();
  }

  private static InputStream whole(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4999})
  void givesTheBytesFromAnyPlace(int from) throws IOException {
    Source source = new Source(true, (rest, attempt) -> whole(rest));
    assertArrayEquals(Arrays.copyOfRange(content, from, SIZE), read(source, from));
    assertEquals(List.of((long) from), source.asked);
  }

  @Test
  void asksForNothingWhenNothingIsWanted() throws IOException {
    Source source = new Source(true, (rest, attempt) -> whole(rest));
    assertEquals(0, read(source, SIZE).length);
    assertEquals(List.of(), source.asked);
  }

  /** Cut by an exception, by a silent end, or not even begun. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void anyPatternOfCutsGivesTheBytes(long seed) throws IOException {
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      boolean ranges = random.nextBoolean();
      int[] barren = {0};
      Source source =
          new Source(
              ranges,
              (rest, attempt) -> {
                boolean nothing = barren[0] < 3 && random.nextInt(3) == 0;
                barren[0] = nothing ? barren[0] + 1 : 0;
                int cut = nothing ? 0 : 1 + random.nextInt(rest.length);
                if (!ranges && !nothing) {
                  // Else what is known would never be passed.
                  cut = Math.max(cut, Math.min(rest.length, attempt * 500));
                }
                if (nothing && random.nextBoolean()) {
                  throw new LostConnectionException("no answer");
                }
                return random.nextBoolean()
                    ? FaultyBlob.cut(rest, cut)
                    : whole(Arrays.copyOf(rest, cut));
              });
      int from = random.nextInt(SIZE);
      if (!ranges) {
        from = Math.min(from, 400);
      }
      try {
        assertArrayEquals(Arrays.copyOfRange(content, from, SIZE), read(source, from));
      } catch (FlintException e) {
        assertFalse(ranges, "with ranges there is progress enough");
      }
    }
  }

  @Test
  void aConnectionLostAfterTheLastByteIsNoLoss() throws IOException {
    byte[] more = new byte[SIZE + 1];
    System.arraycopy(content, 0, more, 0, SIZE);
    Source source = new Source(true, (rest, attempt) -> FaultyBlob.cut(more, SIZE));
    assertArrayEquals(content, read(source, 0));
    assertEquals(List.of(0L), source.asked);
  }

  /** Whoever counts has to see that there is more. */
  @Test
  void whatASourceSendsBeyondTheEndIsPassedOn() throws IOException {
    Source source = new Source(true, (rest, attempt) -> whole(Arrays.copyOf(rest, SIZE + 7)));
    assertEquals(SIZE + 7, read(source, 0).length);
  }

  @Test
  void goesOnAtOnceAfterProgressAndPausesWithout() throws IOException {
    Source source =
        new Source(
            true,
            (rest, attempt) ->
                switch (attempt) {
                  case 1, 3, 4, 5, 7 -> FaultyBlob.cut(rest, attempt == 1 ? 1000 : 0);
                  case 2, 6 -> FaultyBlob.cut(rest, 500);
                  default -> whole(rest);
                });
    assertArrayEquals(content, read(source, 0));
    assertEquals(List.of(1, 2, 3, 1), pauses);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesUpAfterFourInVain(boolean silent) {
    Source source =
        new Source(true, (rest, attempt) -> silent ? whole(new byte[0]) : FaultyBlob.cut(rest, 0));
    Failures.expect(silent ? ErrorCode.INTEGRITY : ErrorCode.NETWORK, () -> read(source, 0));
    assertEquals(4, source.asked.size());
    assertEquals(List.of(1, 2, 3), pauses);
  }

  @Test
  void aWholeAnswerThatEndsWithinWhatIsKnownIsAFailureOfTheSource() {
    Source source = new Source(false, (rest, attempt) -> whole(Arrays.copyOf(rest, 100)));
    Failures.expect(ErrorCode.INTEGRITY, () -> read(source, 1000));
    assertEquals(4, source.asked.size());
  }

  @Test
  void aRefusalIsNotTriedAgain() {
    Source source =
        new Source(
            true,
            (rest, attempt) -> {
              throw new FlintException(ErrorCode.AUTH, "no more for today");
            });
    Failures.expect(ErrorCode.AUTH, () -> read(source, 10));
    assertEquals(1, source.asked.size());
  }

  /** Refused at once, or only while the bytes come. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aServerThatCannotCountRangesStillHasTheWhole(boolean late) throws IOException {
    Source source =
        new Source(
            true,
            (rest, attempt) -> {
              if (rest.length == SIZE) {
                return whole(rest);
              }
              if (!late) {
                throw refusal();
              }
              return new SequenceInputStream(whole(Arrays.copyOf(rest, 100)), new Refusing());
            });
    assertArrayEquals(Arrays.copyOfRange(content, 10, SIZE), read(source, 10));
    assertEquals(List.of(10L, 0L), source.asked);
  }

  private static FlintException refusal() {
    return new FlintException(ErrorCode.PROTOCOL, "another range came");
  }

  private static final class Refusing extends SingleDoorInputStream {
    Refusing() {
      super(InputStream.nullInputStream());
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      throw refusal();
    }
  }

  @Test
  void knowsWhetherItIsOfPieces() throws IOException {
    Source steady = new Source(true, (rest, attempt) -> whole(rest));
    try (ResumingStream in = new ResumingStream(steady, 0, SIZE, pauses::add)) {
      in.readAllBytes();
      assertFalse(in.isPieced());
    }
    try (ResumingStream in = new ResumingStream(steady, 7, SIZE, pauses::add)) {
      in.readAllBytes();
      assertTrue(in.isPieced());
    }
    Source cut =
        new Source(true, (rest, attempt) -> FaultyBlob.cut(rest, Math.min(3000, rest.length)));
    try (ResumingStream in = new ResumingStream(cut, 0, SIZE, pauses::add)) {
      in.readAllBytes();
      assertTrue(in.isPieced());
    }
  }
}
