package dev.flint.oci.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.LostConnectionException;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.Reuse;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.SingleDoorInputStream;
import dev.flint.testing.Failures;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that come over links which break. */
final class ResumeTest {
  private static final int LARGE = 3_000_000;

  @TempDir private Path folder;
  private OciLayout layout;
  private LayoutImages images;
  private final List<Integer> pauses = new ArrayList<>();
  private long metered;

  @BeforeEach
  void open() throws IOException {
    layout = OciLayout.openOrCreate(folder);
    images = new LayoutImages(layout, pauses::add, BlobShortcut.NONE);
  }

  @AfterEach
  void close() throws IOException {
    layout.close();
  }

  private long reused;

  /** Of the bytes that were here and those that came. */
  private final ByteMeter meter =
      new ByteMeter() {
        @Override
        public void accept(long bytes) {
          metered += bytes;
        }

        @Override
        public void reused(Reuse reuse) {
          metered += reuse.bytes() - reused;
          reused = reuse.bytes();
        }
      };

  /** A blob behind a link that breaks after so many bytes. */
  private static final class Link implements BlobSource {
    final byte[] content;
    final List<String> requests = new ArrayList<>();
    int bytesPerConnection;
    boolean ranges = true;

    Link(int size, int bytesPerConnection) {
      this.content = new byte[size];
      new Random(size).nextBytes(content);
      this.bytesPerConnection = bytesPerConnection;
    }

    Descriptor blob() {
      return Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(content), content.length);
    }

    @Override
    public InputStream open() throws IOException {
      requests.add("whole");
      return breaking(0, content.length);
    }

    @Override
    public Optional<InputStream> range(long from, long length) throws IOException {
      requests.add(from + "+" + length);
      return ranges ? Optional.of(breaking((int) from, (int) length)) : Optional.empty();
    }

    private InputStream breaking(int from, int length) {
      int come = Math.min(length, bytesPerConnection);
      return new SingleDoorInputStream(new ByteArrayInputStream(content, from, come)) {
        @Override
        public int read(byte[] buffer, int offset, int wanted) throws IOException {
          int n = in.read(buffer, offset, wanted);
          if (n < 0 && come < length) {
            throw new LostConnectionException("the link broke");
          }
          return n;
        }
      };
    }
  }

  private Outcome put(Link link) throws IOException {
    return images.putBlob(link.blob(), link, meter);
  }

  private void expectWhole(Link link) throws IOException {
    assertArrayEquals(link.content, Files.readAllBytes(layout.require(link.blob()).file()));
    assertEquals(link.content.length, metered, "each byte is told once");
    expectNoPartial();
  }

  /** As a new run begins. */
  private void forgetMetered() {
    metered = 0;
    reused = 0;
  }

  private void expectNoPartial() throws IOException {
    Path area = folder.resolve(".flint/partial");
    if (Files.exists(area)) {
      try (Stream<Path> files = Files.list(area)) {
        assertEquals(List.of(), files.toList());
      }
    }
  }

  private void leave(Descriptor blob, byte[] bytes) throws IOException {
    Path area = Files.createDirectories(folder.resolve(".flint/partial"));
    Files.write(area.resolve("sha256-" + blob.digest().encoded()), bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {300_000, LARGE})
  void goesOnWhereTheLinkBrokeAtOnce(int size) throws IOException {
    Link link = new Link(size, size / 2 - 1);
    assertEquals(Outcome.DONE, put(link));
    int half = size / 2 - 1;
    assertEquals(List.of("whole", half + "+" + (size - half), 2 * half + "+2"), link.requests);
    assertEquals(List.of(), pauses);
    expectWhole(link);
  }

  @Test
  void passesOverWhatIsThereWhereTheSourceHasNoRanges() throws IOException {
    Link link = new Link(LARGE, LARGE - 1);
    link.ranges = false;
    leave(link.blob(), Arrays.copyOf(link.content, 1_000_000));
    Failures.expect(ErrorCode.NETWORK, () -> put(link));
    assertEquals(List.of(1, 2, 3), pauses);
    assertEquals(
        6, link.requests.size(), "one range, one whole that brought something, four in vain");
    link.bytesPerConnection = LARGE;
    forgetMetered();
    put(link);
    expectWhole(link);
  }

  @ParameterizedTest
  @ValueSource(ints = {300_000, LARGE})
  void givesUpWhereNothingComesAnyMore(int size) throws IOException {
    Link link = new Link(size, 0);
    LostConnectionException e = assertThrows(LostConnectionException.class, () -> put(link));
    assertEquals("the link broke", e.getMessage());
    assertEquals(List.of("whole", "whole", "whole", "whole"), link.requests);
    assertEquals(List.of(1, 2, 3), pauses);
    expectNoPartial();
  }

  @Test
  void theNextRunGoesOn() throws IOException {
    Link link = new Link(LARGE, 2_000_000);
    BlobSource once =
        () -> {
          if (!link.requests.isEmpty()) {
            throw new FlintException(ErrorCode.AUTH, "no more for today");
          }
          return link.open();
        };
    Failures.expect(ErrorCode.AUTH, () -> images.putBlob(link.blob(), once, meter));
    assertEquals(2_000_000, metered);
    forgetMetered();
    put(link);
    assertEquals(List.of("whole", "2000000+1000000"), link.requests);
    expectWhole(link);
  }

  /** Whatever an earlier run or another program left there, the right blob is the end of it. */
  @Test
  void anyLeftoverLeadsToTheRightBlob() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 30; round++) {
      Link link = new Link(1_100_000 + round, 400_000 + random.nextInt(400_000));
      link.ranges = random.nextBoolean();
      byte[] left = Arrays.copyOf(link.content, random.nextInt(link.content.length + 100));
      if (left.length > 0 && random.nextBoolean()) {
        left[random.nextInt(left.length)]++;
      }
      if (!link.ranges) {
        link.bytesPerConnection = Integer.MAX_VALUE;
      }
      leave(link.blob(), left);
      assertEquals(Outcome.DONE, put(link));
      metered = link.content.length;
      expectWhole(link);
    }
  }

  @Test
  void aLeftoverOfTheRightLengthMayBeTheWrongOne() throws IOException {
    Link link = new Link(LARGE, Integer.MAX_VALUE);
    byte[] left = link.content.clone();
    left[LARGE / 2]++;
    leave(link.blob(), left);
    assertEquals(Outcome.DONE, put(link));
    assertEquals(List.of("whole"), link.requests);
    expectWhole(link);
  }

  @Test
  void aSourceThatLiesAfterAResumeIsAskedOnceMoreAndThenRefused() throws IOException {
    Link link = new Link(LARGE, Integer.MAX_VALUE);
    Descriptor blob = link.blob();
    leave(blob, Arrays.copyOf(link.content, 1_000_000));
    link.content[LARGE - 1]++;
    Failures.expect(ErrorCode.INTEGRITY, () -> images.putBlob(blob, link, n -> {}));
    assertEquals(List.of("1000000+2000000", "whole"), link.requests);
    link.requests.clear();
    Failures.expect(ErrorCode.INTEGRITY, () -> images.putBlob(blob, link, n -> {}));
    assertEquals(List.of("whole"), link.requests);
    expectNoPartial();
  }

  @Test
  void aServerThatCannotCountRangesStillHasTheWhole() throws IOException {
    Link link = new Link(LARGE, Integer.MAX_VALUE);
    leave(link.blob(), Arrays.copyOf(link.content, 1_000_000));
    CountedBlob wrong = new CountedBlob(new Confused(link), link.blob());
    assertEquals(Outcome.DONE, images.putBlob(link.blob(), wrong, meter));
    assertEquals(new Fetched(LARGE, 0, 2), wrong.fetched());
    expectWhole(link);
  }

  /** Answers each request for a range with an answer to another one. */
  private record Confused(Link link) implements ImageSource {
    @Override
    public Optional<Document> resolve(Reference reference) {
      return Optional.empty();
    }

    @Override
    public Document manifest(Descriptor descriptor) throws IOException {
      throw new FlintException(ErrorCode.NOT_FOUND, "no manifest");
    }

    @Override
    public InputStream blob(Descriptor descriptor) throws IOException {
      return link.open();
    }

    @Override
    public Optional<InputStream> range(Descriptor blob, long from, long length) throws IOException {
      throw new FlintException(ErrorCode.PROTOCOL, "another range came");
    }
  }

  @Test
  void givesPartsOfABlobInTheStore() throws IOException {
    Link link = new Link(1000, 1000);
    put(link);
    try (InputStream in = images.range(link.blob(), 990, 10).orElseThrow()) {
      assertArrayEquals(Arrays.copyOfRange(link.content, 990, 1000), in.readAllBytes());
    }
    try (InputStream in = images.range(link.blob(), 0, 7).orElseThrow()) {
      assertArrayEquals(Arrays.copyOf(link.content, 7), in.readAllBytes());
      assertEquals(-1, in.read());
    }
    assertThrows(
        IndexOutOfBoundsException.class, () -> images.range(link.blob(), 990, 11).orElseThrow());
  }

  /** E22, threads. */
  @Test
  void eightThreadsAtOnceFetchABlobOnce() throws Exception {
    Link link = new Link(LARGE, Integer.MAX_VALUE);
    AtomicInteger opened = new AtomicInteger();
    BlobSource counted =
        () -> {
          opened.incrementAndGet();
          return new ByteArrayInputStream(link.content);
        };
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Outcome>> pulls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        pulls.add(() -> images.putBlob(link.blob(), counted, n -> {}));
      }
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> pull : threads.invokeAll(pulls)) {
        outcomes.add(pull.get());
      }
      assertEquals(1, opened.get());
      assertEquals(7, outcomes.stream().filter(Outcome.PRESENT::equals).count());
    } finally {
      threads.shutdownNow();
    }
    metered = LARGE;
    expectWhole(link);
  }
}
