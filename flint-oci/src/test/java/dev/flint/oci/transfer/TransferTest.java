package dev.flint.oci.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.progress.ProgressEvent.Started;
import dev.flint.oci.progress.ProgressListener;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.Failures;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TransferTest {
  private static final Reference FROM = Reference.parse("localhost:5000/osv/hello:1.0");
  private static final Reference TO = Reference.parse("other.example/copy:2");

  @TempDir private Path temp;
  private LayoutImages source;
  private LayoutImages target;
  private final List<ProgressEvent> events = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    source =
        new LayoutImages(
            OciLayout.openOrCreate(temp.resolve("source")), Pause.NONE, BlobShortcut.NONE);
    target =
        new LayoutImages(
            OciLayout.openOrCreate(temp.resolve("target")), Pause.NONE, BlobShortcut.NONE);
  }

  @AfterEach
  void close() throws IOException {
    source.layout().close();
    target.layout().close();
  }

  private Document image(String content) throws IOException {
    byte[] layer = content.getBytes(UTF_8);
    return TestImages.handMade(
        source.layout(), MediaType.OCI_LAYER_TAR, layer, TestImages.config(Digest.sha256(layer)));
  }

  private Document index(Document... entries) throws IOException {
    String[] architectures = {"amd64", "arm64", "s390x", "riscv64"};
    List<Descriptor> descriptors = new ArrayList<>();
    for (Document entry : entries) {
      descriptors.add(TestImages.entry(entry, "linux", architectures[descriptors.size()]));
    }
    Document index = ImageIndex.create(descriptors);
    source.putManifest(index);
    return index;
  }

  private Document copy() throws IOException {
    return copy(Optional.empty());
  }

  private Document copy(Optional<Platform> platform) throws IOException {
    return new Transfer(source, target, events::add).copy(FROM, TO, platform);
  }

  private void expectWhole(Document manifest) throws IOException {
    assertEquals(manifest, target.manifest(manifest.descriptor()));
    Manifest view = Manifest.of(manifest);
    assertArrayEquals(source.layout().read(view.config()), target.layout().read(view.config()));
    for (Descriptor layer : view.layers()) {
      assertArrayEquals(source.layout().read(layer), target.layout().read(layer));
    }
  }

  @Test
  void copiesAnImageUnderItsNewName() throws IOException {
    Document image = image("hello");
    source.tag(FROM, image);
    assertEquals(image, copy());
    assertEquals(Optional.of(image), target.resolve(TO));
    assertEquals(List.of("other.example/copy:2"), target.layout().index().names());
    expectWhole(image);
  }

  @Test
  void tellsWhatItDoes() throws IOException {
    Document image = image("hello");
    source.tag(FROM, image);
    copy();
    Descriptor layer = Manifest.of(image).layers().get(0);
    Descriptor config = Manifest.of(image).config();
    List<ProgressEvent> expected = new ArrayList<>();
    for (Descriptor blob : List.of(layer, config)) {
      expected.add(new ProgressEvent.Expected(blob.digest().toString(), blob.size()));
    }
    for (Descriptor blob : List.of(layer, config)) {
      String item = blob.digest().toString();
      expected.add(new Started(item, blob.size()));
      expected.add(new ProgressEvent.Advanced(item, blob.size()));
      expected.add(new Finished(item, Outcome.DONE));
    }
    assertEquals(expected, events);
    events.clear();
    copy();
    assertEquals(6, events.size());
    assertEquals(new Finished(layer.digest().toString(), Outcome.PRESENT), events.get(3));
  }

  @Test
  void countsWhatWasFetchedAndWhatWasNot() throws IOException {
    Document image = image("x".repeat(2_000_000));
    source.tag(FROM, image);
    Descriptor layer = Manifest.of(image).layers().get(0);
    long config = Manifest.of(image).config().size();
    Path partials = Files.createDirectories(temp.resolve("target/.flint/partial"));
    Files.writeString(partials.resolve("sha256-" + layer.digest().encoded()), "x".repeat(500_000));
    Transfer transfer = new Transfer(source, target, events::add);
    assertEquals(Fetched.NOTHING, transfer.fetched());
    transfer.copy(FROM, TO, Optional.empty());
    assertEquals(new Fetched(1_500_000 + config, 500_000, 2), transfer.fetched());
    Transfer again = new Transfer(source, target, events::add);
    again.copy(FROM, TO, Optional.empty());
    assertEquals(Fetched.NOTHING, again.fetched(), "what is there is not reused but kept");
  }

  @Test
  void copiesUnknownMembersByteForByte() throws IOException {
    Document image = image("hello");
    String text = new String(image.bytes(), UTF_8);
    byte[] odd = ("\n { \"x-new\" : 1.50," + text.substring(1) + "\t").getBytes(UTF_8);
    Document received = Document.received(odd, Digest.sha256(odd), Optional.empty());
    source.tag(FROM, received);
    copy();
    assertArrayEquals(odd, target.resolve(TO).orElseThrow().bytes());
  }

  @Test
  void copiesAWholeIndexOrOnePlatformOfIt() throws IOException {
    Document amd64 = image("amd64");
    Document arm64 = image("arm64");
    Document index = index(amd64, arm64);
    source.tag(FROM, index);
    assertEquals(arm64, copy(Optional.of(new Platform("linux", "arm64", ""))));
    assertEquals(Optional.of(arm64), target.resolve(TO));
    expectWhole(arm64);
    assertEquals(Optional.empty(), target.layout().find(amd64.digest()));

    assertEquals(index, copy());
    assertEquals(Optional.of(index), target.resolve(TO));
    expectWhole(amd64);

    Failures.expect(
        ErrorCode.NOT_FOUND, () -> copy(Optional.of(new Platform("linux", "mips", ""))));
    assertEquals(Optional.of(index), target.resolve(TO));
  }

  /** C14: ten deep is too deep, whether all of it is wanted or one image of it. */
  @Test
  void copiesNestedIndexesUpToTheLimit() throws IOException {
    Document nested = image("hello");
    for (int depth = 1; depth <= 10; depth++) {
      nested = index(nested);
      source.tag(FROM, nested);
      if (depth <= 4) {
        assertEquals(nested, copy());
        copy(Optional.of(new Platform("linux", "amd64", "")));
      } else {
        Failures.expect(ErrorCode.POLICY, this::copy);
        Failures.expect(
            ErrorCode.POLICY, () -> copy(Optional.of(new Platform("linux", "amd64", ""))));
      }
    }
  }

  /** A digest may be a layer of one image and itself an image. */
  @Test
  void copiesAManifestThatIsAlsoALayer() throws IOException {
    Document inner = image("inner");
    Descriptor config =
        TestImages.store(source.layout(), MediaType.OCI_CONFIG, "{}".getBytes(UTF_8));
    Descriptor asLayer =
        Descriptor.of(MediaType.OCTET_STREAM, inner.digest(), inner.descriptor().size());
    Document outer = Manifest.create(config, List.of(asLayer), Map.of());
    source.putManifest(outer);
    source.tag(FROM, index(outer, inner));
    Recorder recorder = new Recorder(target);
    new Transfer(source, recorder, ProgressListener.NONE).copy(FROM, TO, Optional.empty());
    expectWhole(inner);
    expectWhole(outer);
    assertTrue(recorder.calls.contains("manifest " + inner.digest()), recorder.calls::toString);
    assertTrue(recorder.calls.contains("blob " + inner.digest()), recorder.calls::toString);
  }

  @Test
  void refusesWhatIsNotThere() throws IOException {
    Failures.expect(ErrorCode.NOT_FOUND, this::copy);
    Document image = image("hello");
    source.tag(FROM, image);
    source.layout().delete(Manifest.of(image).config().digest());
    Failures.expect(ErrorCode.NOT_FOUND, this::copy);
    assertEquals(Optional.empty(), target.resolve(TO));
    assertEquals(
        new Finished(Manifest.of(image).config().digest().toString(), Outcome.FAILED),
        events.get(events.size() - 1));
    source.layout().delete(image.digest());
    Failures.expect(ErrorCode.NOT_FOUND, this::copy);
  }

  @Test
  void refusesAMissingChildOfAnIndex() throws IOException {
    Document present = image("present");
    Document absent = image("absent");
    source.tag(FROM, index(present, absent));
    source.layout().delete(absent.digest());
    Failures.expect(ErrorCode.NOT_FOUND, this::copy);
    assertEquals(List.of(), target.layout().index().names());
  }

  @Test
  void refusesADamagedBlobAndStoresNothingOfIt() throws IOException {
    Document image = image("hello");
    source.tag(FROM, image);
    Descriptor layer = Manifest.of(image).layers().get(0);
    Files.writeString(source.layout().require(layer).file(), "hellO");
    Failures.expect(ErrorCode.INTEGRITY, this::copy);
    assertEquals(Optional.empty(), target.layout().find(layer.digest()));
    assertEquals(List.of(), target.layout().index().names());
  }

  /** Whichever call fails, the tag was not set before, and children go before parents. */
  @Test
  void tagsLastWhateverFails() throws IOException {
    Document first = image("first");
    Document second = image("second");
    source.tag(FROM, index(first, second));
    Recorder whole = new Recorder(target);
    new Transfer(source, whole, ProgressListener.NONE).copy(FROM, TO, Optional.empty());
    assertEquals(7, whole.calls.size());
    assertEquals(
        List.of("manifest " + first.digest(), "manifest " + second.digest(), "tag " + TO),
        whole.calls.subList(4, 7));

    for (int call = 0; call < whole.calls.size(); call++) {
      Path folder = temp.resolve("failing" + call);
      try (OciLayout layout = OciLayout.openOrCreate(folder)) {
        Recorder failing = new Recorder(new LayoutImages(layout));
        failing.failAt = call;
        assertThrows(
            Recorder.Planned.class,
            () ->
                new Transfer(source, failing, ProgressListener.NONE)
                    .copy(FROM, TO, Optional.empty()));
        assertEquals(List.of(), layout.index().names());
        failing.failAt = -1;
        new Transfer(source, failing, ProgressListener.NONE).copy(FROM, TO, Optional.empty());
        assertEquals(List.of(TO.toString()), layout.index().names());
      }
    }
  }

  /** C14. A source whose index holds itself, which no source that verifies digests could have. */
  @Test
  void endsAtAnIndexThatHoldsItself() throws IOException {
    Digest digest = Digest.sha256(new byte[] {1});
    String json =
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1,"
                .formatted(MediaType.OCI_INDEX, digest)
            + "\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}";
    Document cycle = Document.received(json.getBytes(UTF_8), digest, Optional.empty());
    ImageSource circular =
        new ImageSource() {
          @Override
          public Optional<Document> resolve(Reference reference) {
            return Optional.of(cycle);
          }

          @Override
          public Document manifest(Descriptor descriptor) {
            return cycle;
          }

          @Override
          public InputStream blob(Descriptor descriptor) {
            return new ByteArrayInputStream(new byte[0]);
          }
        };
    Transfer transfer = new Transfer(circular, target, ProgressListener.NONE);
    Failures.expect(
        ErrorCode.POLICY,
        () -> transfer.copy(FROM, TO, Optional.of(new Platform("linux", "amd64", ""))));
    Failures.expect(ErrorCode.POLICY, () -> transfer.copy(FROM, TO, Optional.empty()));
    assertEquals(List.of(), target.layout().index().names());
  }

  /** Notes what is put, and fails at one of the calls. */
  private static final class Recorder implements ImageTarget {
    static final class Planned extends IOException {
      private static final long serialVersionUID = 1L;
    }

    private final ImageTarget target;
    private final List<String> calls = new ArrayList<>();
    private final Map<Digest, Boolean> blobs = new HashMap<>();
    private int failAt = -1;

    Recorder(ImageTarget target) {
      this.target = target;
    }

    private void note(String call) throws IOException {
      if (calls.size() == failAt) {
        throw new Planned();
      }
      calls.add(call);
    }

    @Override
    public boolean has(Descriptor blob) {
      // As in a registry, where manifests and blobs do not meet.
      return blobs.containsKey(blob.digest());
    }

    @Override
    public Outcome putBlob(Descriptor blob, BlobSource from, ByteMeter meter) throws IOException {
      note("blob " + blob.digest());
      blobs.put(blob.digest(), true);
      return target.putBlob(blob, from, meter);
    }

    @Override
    public void putManifest(Document document) throws IOException {
      note("manifest " + document.digest());
      target.putManifest(document);
    }

    @Override
    public void tag(Reference reference, Document document) throws IOException {
      note("tag " + reference);
      target.tag(reference, document);
    }
  }
}
