package dev.flint.oci.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blobs that go at the same time. */
@Timeout(60)
final class ParallelTransferTest {
  private static final Reference NAME = Reference.parse("localhost:5000/a/b:1");

  private final Memory source = new Memory();

  /** An image in memory, whose blobs may be waited for. */
  private static class Memory implements ImageSource {
    final Map<Digest, byte[]> blobs = new HashMap<>();
    final List<Descriptor> layers = new ArrayList<>();
    private final Random random = new Random(5);

    Descriptor layer(int size) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      Digest digest = Digest.sha256(bytes);
      blobs.put(digest, bytes);
      Descriptor layer = Descriptor.of(MediaType.OCI_LAYER_TAR, digest, size);
      layers.add(layer);
      return layer;
    }

    Document document() {
      return Manifest.create(layers.get(0), layers, Map.of());
    }

    @Override
    public Optional<Document> resolve(Reference reference) {
      return Optional.of(document());
    }

    @Override
    public Document manifest(Descriptor descriptor) {
      return document();
    }

    @Override
    public InputStream blob(Descriptor blob) throws IOException {
      return range(blob, 0, blob.size()).orElseThrow();
    }

    @Override
    public Optional<InputStream> range(Descriptor blob, long from, long length) throws IOException {
      byte[] bytes = Objects.requireNonNull(blobs.get(blob.digest()));
      return Optional.of(new ByteArrayInputStream(bytes, (int) from, (int) length));
    }
  }

  /** Notes what comes. */
  private static class Notes implements ImageTarget {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @Override
    public boolean has(Descriptor blob) throws IOException {
      return false;
    }

    @Override
    public Outcome putBlob(Descriptor blob, BlobSource from, ByteMeter meter) throws IOException {
      threads.add(Thread.currentThread());
      try (InputStream in = from.open()) {
        meter.accept(in.readAllBytes().length);
      }
      calls.add("blob " + blob.digest());
      return Outcome.DONE;
    }

    @Override
    public void putManifest(Document document) {
      calls.add("manifest " + document.digest());
    }

    @Override
    public void tag(Reference reference, Document document) throws IOException {
      calls.add("tag " + reference);
    }
  }

  private void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private Transfer transfer(ImageTarget target, ProgressListener listener, int jobs) {
    return new Transfer(source, target, listener, jobs, MountSource.NONE);
  }

  private void layers(int count) {
    for (int i = 0; i < count; i++) {
      source.layer(1000 + i);
    }
  }

  @Test
  void threeBlobsGoAtATimeAndTheTagLast() throws Exception {
    layers(12);
    CyclicBarrier three = new CyclicBarrier(3);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Notes target =
        new Notes() {
          @Override
          public Outcome putBlob(Descriptor blob, BlobSource from, ByteMeter meter)
              throws IOException {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
              // Goes on only when three are here.
              three.await();
            } catch (Exception e) {
              throw new IOException(e);
            }
            now.decrementAndGet();
            return super.putBlob(blob, from, meter);
          }
        };
    Transfer transfer = new Transfer(source, target, event -> {}, 3, MountSource.NONE);
    transfer.copy(NAME, NAME, Optional.empty());
    assertEquals(3, most.get());
    assertEquals(13, target.calls.size());
    assertEquals("tag " + NAME, target.calls.get(12));
    assertEquals(Set.copyOf(target.calls).size(), target.calls.size(), "each once");
    long bytes = source.layers.stream().mapToLong(Descriptor::size).sum();
    assertEquals(new Fetched(bytes, 0, 12), transfer.fetched());
  }

  @Test
  void oneBlobGoesInTheCallersThread() throws IOException {
    layers(1);
    Notes target = new Notes();
    new Transfer(source, target, event -> {}, 3, MountSource.NONE)
        .copy(NAME, NAME, Optional.empty());
    assertEquals(Set.of(Thread.currentThread()), target.threads);
  }

  @Test
  void eventsOfOneBlobComeInOrder() throws IOException {
    layers(20);
    List<ProgressEvent> events = Collections.synchronizedList(new ArrayList<>());
    transfer(new Notes(), events::add, 5).copy(NAME, NAME, Optional.empty());
    for (Descriptor blob : source.layers) {
      String item = blob.digest().toString();
      assertEquals(
          List.of(
              new ProgressEvent.Expected(item, blob.size()),
              new Started(item, blob.size()),
              new ProgressEvent.Advanced(item, blob.size()),
              new Finished(item, Outcome.DONE)),
          events.stream().filter(event -> event.item().equals(item)).toList());
    }
  }

  /** Waits for something that never comes, in a way that only closing frees, as a socket does. */
  private static final class DeafSource extends Memory {
    final CountDownLatch reading;
    final CountDownLatch cancelled = new CountDownLatch(1);

    DeafSource(int readers) {
      reading = new CountDownLatch(readers);
    }

    @Override
    public InputStream blob(Descriptor blob) {
      return new InputStream() {
        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          return read();
        }

        @Override
        public int read() throws IOException {
          reading.countDown();
          boolean interrupted = false;
          while (true) {
            try {
              cancelled.await();
              break;
            } catch (InterruptedException e) {
              interrupted = true;
            }
          }
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
          throw new IOException("closed");
        }
      };
    }

    @Override
    public void cancel() {
      cancelled.countDown();
    }
  }

  @Test
  void theFirstFailureEndsTheOthersAndCounts() {
    DeafSource deaf = new DeafSource(2);
    Descriptor bad = deaf.layer(10);
    deaf.layer(11);
    deaf.layer(12);
    deaf.layer(13);
    FlintException planned = new FlintException(ErrorCode.AUTH, "no");
    AtomicInteger begun = new AtomicInteger();
    Notes target =
        new Notes() {
          @Override
          public boolean has(Descriptor blob) throws IOException {
            begun.incrementAndGet();
            if (blob.equals(bad)) {
              await(deaf.reading);
              throw planned;
            }
            return false;
          }
        };
    List<ProgressEvent> events = Collections.synchronizedList(new ArrayList<>());
    Transfer transfer = new Transfer(deaf, target, events::add, 3, MountSource.NONE);
    FlintException thrown =
        assertThrows(FlintException.class, () -> transfer.copy(NAME, NAME, Optional.empty()));
    assertSame(planned, thrown);
    assertEquals(2, thrown.getSuppressed().length);
    assertEquals(3, begun.get(), "nothing is begun after the failure");
    assertEquals(List.of(), target.calls);
    assertEquals(3, events.stream().filter(Finished.class::isInstance).count());
  }

  @Test
  void anErrorIsNotLost() {
    layers(6);
    Notes target =
        new Notes() {
          @Override
          public boolean has(Descriptor blob) {
            throw new StackOverflowError("planned");
          }
        };
    assertThrows(
        StackOverflowError.class,
        () -> transfer(target, event -> {}, 4).copy(NAME, NAME, Optional.empty()));
  }

  @Test
  void anInterruptionOfTheCallerEndsAll() throws Exception {
    DeafSource deaf = new DeafSource(2);
    deaf.layer(10);
    deaf.layer(11);
    Notes target = new Notes();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    Thread caller =
        new Thread(
            () -> {
              try {
                new Transfer(deaf, target, event -> {}, 3, MountSource.NONE)
                    .copy(NAME, NAME, Optional.empty());
              } catch (IOException | RuntimeException e) {
                failure.set(e);
              }
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    deaf.reading.await();
    caller.interrupt();
    caller.join();
    assertInstanceOf(InterruptedIOException.class, failure.get());
    assertTrue(flag.get());
    assertEquals(List.of(), target.calls);
  }

  /**
   * A wait that an interruption ends, such as one for a lock or for a link, needs no cancelling.
   */
  @Test
  void aFailureInterruptsThoseWhoWait() {
    layers(3);
    CountDownLatch waiting = new CountDownLatch(2);
    CountDownLatch never = new CountDownLatch(1);
    Descriptor bad = source.layers.get(2);
    Notes target =
        new Notes() {
          @Override
          public boolean has(Descriptor blob) throws IOException {
            if (blob.equals(bad)) {
              await(waiting);
              throw new FlintException(ErrorCode.NETWORK, "planned");
            }
            waiting.countDown();
            await(never);
            return false;
          }
        };
    FlintException thrown =
        assertThrows(
            FlintException.class,
            () -> transfer(target, event -> {}, 3).copy(NAME, NAME, Optional.empty()));
    assertEquals("planned", thrown.getMessage());
    assertFalse(Thread.currentThread().isInterrupted());
  }

  /** What came before another blob failed is kept, and the next pull goes on from there. */
  @Test
  void whatCameBeforeAnotherFailedIsKept(@TempDir Path folder) throws IOException {
    Descriptor large = source.layer(3_000_000);
    Descriptor bad = source.layer(10);
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    ImageSource slow =
        new Memory() {
          @Override
          public Optional<Document> resolve(Reference reference) {
            return source.resolve(reference);
          }

          @Override
          public InputStream blob(Descriptor blob) throws IOException {
            if (blob.equals(bad)) {
              await(half);
              throw new FlintException(ErrorCode.AUTH, "planned");
            }
            InputStream in = source.blob(blob);
            return new InputStream() {
              private int left = 2_000_000;

              @Override
              public int read() throws IOException {
                throw new IOException("nobody reads single bytes");
              }

              @Override
              public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left == 0) {
                  half.countDown();
                  await(never);
                }
                int n = in.read(buffer, offset, Math.min(left, length));
                left -= n;
                return n;
              }
            };
          }
        };
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      LayoutImages target = new LayoutImages(layout, Pause.NONE, BlobShortcut.NONE);
      FlintException thrown =
          assertThrows(
              FlintException.class,
              () ->
                  new Transfer(slow, target, event -> {}, 3, MountSource.NONE)
                      .copy(NAME, NAME, Optional.empty()));
      assertEquals(ErrorCode.AUTH, thrown.code());
      assertEquals(List.of(), layout.index().names());
      Transfer again = new Transfer(source, target, event -> {}, 3, MountSource.NONE);
      again.copy(NAME, NAME, Optional.empty());
      assertEquals(2_000_000, again.fetched().reusedBytes());
      assertTrue(target.has(large));
    }
  }

  @Test
  void manyBlobsAtOnceBecomeAWholeImage(@TempDir Path folder) throws IOException {
    for (int i = 0; i < 40; i++) {
      source.layer(i % 8 == 0 ? 1_100_000 + i : 10_000 + i);
    }
    try (OciLayout layout = OciLayout.openOrCreate(folder)) {
      LayoutImages target = new LayoutImages(layout, Pause.NONE, BlobShortcut.NONE);
      Transfer transfer = transfer(target, event -> {}, 8);
      Document copied = transfer.copy(NAME, NAME, Optional.empty());
      long bytes = source.layers.stream().mapToLong(Descriptor::size).sum();
      assertEquals(new Fetched(bytes, 0, 40), transfer.fetched());
      assertEquals(Optional.of(copied), target.resolve(NAME));
      for (Descriptor blob : source.layers) {
        try (InputStream in = layout.require(blob).openVerified()) {
          assertEquals(blob.size(), in.readAllBytes().length);
        }
      }
    }
  }

  /** D16. What the target had not got after all goes once more, and only once. */
  @Test
  void aBlobThatTheTargetMissesGoesOnceMore() throws IOException {
    layers(3);
    Descriptor lost = source.layers.get(1);
    AtomicInteger refusals = new AtomicInteger(1);
    Notes target =
        new Notes() {
          @Override
          public boolean has(Descriptor blob) {
            return true;
          }

          @Override
          public void tag(Reference reference, Document document) throws IOException {
            if (refusals.getAndDecrement() > 0) {
              throw new MissingBlobException(
                  Set.of(lost.digest()), new FlintException(ErrorCode.PROTOCOL, "blob unknown"));
            }
            super.tag(reference, document);
          }
        };
    new Transfer(source, target, event -> {}, 3, MountSource.NONE)
        .copy(NAME, NAME, Optional.empty());
    assertEquals(List.of("blob " + lost.digest(), "tag " + NAME), target.calls);

    refusals.set(2);
    target.calls.clear();
    Transfer again = new Transfer(source, target, event -> {}, 3, MountSource.NONE);
    assertThrows(MissingBlobException.class, () -> again.copy(NAME, NAME, Optional.empty()));
    assertEquals(List.of("blob " + lost.digest()), target.calls);
  }
}
