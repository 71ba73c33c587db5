package dev.flint.oci.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import dev.flint.testing.Failures;
import dev.flint.testing.TestImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayoutImagesTest {
  @TempDir private Path folder;
  private LayoutImages images;

  @BeforeEach
  void open() throws IOException {
    images = new LayoutImages(OciLayout.openOrCreate(folder), Pause.NONE, BlobShortcut.NONE);
  }

  @AfterEach
  void close() throws IOException {
    images.layout().close();
  }

  private Document image(int content) throws IOException {
    byte[] layer = {(byte) content};
    return TestImages.handMade(
        images.layout(), MediaType.OCI_LAYER_TAR, layer, TestImages.config(Digest.sha256(layer)));
  }

  private Optional<Digest> found(String reference) throws IOException {
    return images.find(Reference.parse(reference)).map(Descriptor::digest);
  }

  @Test
  void namesImagesByTheWholeReference() throws IOException {
    Document image = image(1);
    images.tag(Reference.parse("localhost:5000/osv/hello:1.0"), image);
    images.tag(Reference.parse("hello"), image);
    assertEquals(
        List.of("localhost:5000/osv/hello:1.0", "hello:latest"), images.layout().index().names());
    assertEquals(Optional.of(image.digest()), found("LOCALHOST:5000/osv/hello:1.0"));
    assertEquals(Optional.of(image.digest()), found("hello:latest"));
    assertEquals(Optional.empty(), found("osv/hello:1.0"));
    assertEquals(Optional.empty(), found("localhost:5000/osv/hello"));
    Failures.expect(ErrorCode.NOT_FOUND, () -> images.require(Reference.parse("r.io/x")));
    Failures.expect(ErrorCode.NOT_FOUND, () -> images.require(Reference.parse("x")));
  }

  @Test
  void aTagMovesToTheNewImage() throws IOException {
    Reference reference = Reference.parse("r.io/x:1");
    images.tag(reference, image(1));
    Document second = image(2);
    images.tag(reference, second);
    assertEquals(Optional.of(second), images.resolve(reference));
    assertEquals(List.of("r.io/x:1"), images.layout().index().names());
    new GarbageCollector(images.layout()).sweep();
    assertEquals(1, images.layout().index().entries().size());
    assertEquals(Optional.of(second), images.resolve(reference));
  }

  @Test
  void findsByDigestWithinTheRepositoryOnly() throws IOException {
    Document image = image(1);
    Document other = image(2);
    images.tag(Reference.parse("r.io/x:1"), image);
    images.tag(Reference.parse("r.io/x:2"), other);
    Digest digest = image.digest();
    assertEquals(Optional.of(digest), found("r.io/x@" + digest));
    assertEquals(Optional.of(digest), found("r.io/x:2@" + digest), "the digest decides");
    assertEquals(Optional.empty(), found("r.io/y@" + digest));
    assertEquals(Optional.empty(), found("r.io/x/y@" + digest));
    assertEquals(Optional.empty(), found("x@" + digest));

    images.tag(Reference.parse("localhost:5000/a:1"), image);
    assertEquals(Optional.empty(), found("localhost@" + digest), "a port is no tag");
  }

  @Test
  void keepsAnImageThatHasOnlyADigest() throws IOException {
    Document image = image(1);
    Reference reference = Reference.parse("r.io/x@" + image.digest());
    images.tag(reference, image);
    assertEquals(List.of(reference.toString()), images.layout().index().names());
    assertEquals(Optional.of(image), images.resolve(reference));
    Descriptor entry = images.require(reference);
    assertEquals(image.descriptor().json(), LayoutIndex.unnamed(entry).json());
  }

  @Test
  void storesABlobOnlyIfItIsWhatItShouldBe() throws IOException {
    byte[] bytes = {1, 2, 3};
    Descriptor blob = Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(bytes), 3);
    assertFalse(images.has(blob));
    for (byte[] wrong : new byte[][] {{}, {1, 2}, {1, 2, 4}, {1, 2, 3, 4}}) {
      Failures.expect(
          ErrorCode.INTEGRITY,
          () -> images.putBlob(blob, () -> new ByteArrayInputStream(wrong), n -> {}));
      assertFalse(images.has(blob));
    }
    images.putBlob(blob, () -> new ByteArrayInputStream(bytes), n -> assertEquals(3, n));
    assertTrue(images.has(blob));
    assertFalse(images.has(Descriptor.of(MediaType.OCTET_STREAM, blob.digest(), 4)));
  }
}
