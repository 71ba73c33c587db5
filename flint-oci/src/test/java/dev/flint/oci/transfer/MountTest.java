package dev.flint.oci.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.progress.ByteMeter;
import dev.flint.oci.progress.ProgressEvent;
import dev.flint.oci.progress.ProgressEvent.Finished;
import dev.flint.oci.progress.ProgressEvent.Outcome;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.TestImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D14, the half of it above the wire: where blobs may be had within a registry. */
final class MountTest {
  private static final Reference NAME = Reference.parse("r.io/new/name:1");

  @TempDir private Path folder;
  private LayoutImages images;
  private Document image;
  private Descriptor layer;

  @BeforeEach
  void open() throws IOException {
    images = new LayoutImages(OciLayout.openOrCreate(folder), Pause.NONE, BlobShortcut.NONE);
    image = image("hello");
    layer = Manifest.of(image).layers().get(0);
  }

  @AfterEach
  void close() throws IOException {
    images.layout().close();
  }

  private Document image(String content) throws IOException {
    byte[] bytes = content.getBytes(UTF_8);
    return TestImages.handMade(
        images.layout(), MediaType.OCI_LAYER_TAR, bytes, TestImages.config(Digest.sha256(bytes)));
  }

  private void name(String reference, Document document) throws IOException {
    images.tag(Reference.parse(reference), document);
  }

  private KnownRepositories known(String... named) {
    return new KnownRepositories(images.layout(), NAME, List.of(named));
  }

  @Test
  void repositoriesOfTheSameRegistryAreKnownByTheirImages() throws IOException {
    name("r.io/older:1", image);
    name("r.io/new/name:1", image);
    name("r.io/new/name:0", image);
    name("other.io/elsewhere:1", image);
    name("local:1", image);
    name("r.io/unlike:1", image("unlike"));
    images.layout().tag("no reference at all", image.descriptor());
    assertEquals(List.of("older"), known().repositories(layer));
    assertEquals(List.of("older"), known().repositories(Manifest.of(image).config()));
    assertEquals(List.of(), known().repositories(image.descriptor()));
  }

  @Test
  void theNewestFewAreAskedAndTheUsersFirst() throws IOException {
    for (int i = 1; i <= 5; i++) {
      name("r.io/r" + i + ":1", image);
    }
    assertEquals(List.of("r5", "r4"), known().repositories(layer));
    assertEquals(List.of("mine", "r5", "r4"), known("mine", "r5").repositories(layer));
    assertEquals(List.of("mine"), known("mine", "new/name").repositories(image.descriptor()));
  }

  @Test
  void oneThatHadNotWhatItShouldIsAskedNoMoreButTheUsersIs() throws IOException {
    name("r.io/r1:1", image);
    name("r.io/r2:1", image);
    KnownRepositories known = known("mine");
    known.refused("r2");
    known.refused("mine");
    assertEquals(List.of("mine", "r1"), known.repositories(layer));
  }

  @Test
  void imagesForSeveralPlatformsAndBrokenOnesAreNoHindrance() throws IOException {
    Document index = ImageIndex.create(List.of(TestImages.entry(image, "linux", "amd64")));
    images.putManifest(index);
    name("r.io/many:1", index);
    Document broken = image("broken");
    name("r.io/broken:1", broken);
    Files.delete(images.layout().find(broken.digest()).orElseThrow().file());
    assertEquals(List.of("many"), known().repositories(layer));
  }

  /** A registry in which another repository has one blob. */
  private static final class Registry implements ImageTarget {
    final List<String> calls = new ArrayList<>();
    final Digest there;

    Registry(Digest there) {
      this.there = there;
    }

    @Override
    public boolean has(Descriptor blob) {
      return false;
    }

    @Override
    public boolean mount(Descriptor blob, String fromRepository) {
      calls.add("mount " + fromRepository);
      return fromRepository.equals("old") && blob.digest().equals(there);
    }

    @Override
    public Outcome putBlob(Descriptor blob, BlobSource from, ByteMeter meter) throws IOException {
      calls.add("put");
      try (InputStream in = from.open()) {
        in.skipNBytes(blob.size());
      }
      return Outcome.DONE;
    }

    @Override
    public void putManifest(Document document) {}

    @Override
    public void tag(Reference reference, Document document) {
      calls.add("tag");
    }
  }

  @Test
  void aBlobIsSentOnlyIfItCannotBeTakenOver() throws IOException {
    name(NAME.toString(), image);
    name("r.io/old:1", image);
    Registry registry = new Registry(layer.digest());
    List<ProgressEvent> events = new ArrayList<>();
    Transfer transfer = new Transfer(images, registry, events::add, 1, known("no"));
    transfer.copy(NAME, NAME, Optional.empty());
    assertEquals(
        List.of("mount no", "mount old", "mount no", "mount old", "put", "tag"), registry.calls);
    assertEquals(new Finished(layer.digest().toString(), Outcome.MOUNTED), events.get(3));
    assertEquals(1, transfer.fetched().requests(), "what is taken over is not fetched");
  }
}
