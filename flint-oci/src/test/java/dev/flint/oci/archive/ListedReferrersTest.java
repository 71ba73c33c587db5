package dev.flint.oci.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ListedReferrersTest {
  /** Documents in memory, each listed twice: with an annotation and without. */
  private static final class Listed implements ImageBundle {
    private final Map<Digest, Document> documents = new LinkedHashMap<>();
    private final List<Digest> read = new ArrayList<>();

    Document add(Document document) {
      documents.put(document.digest(), document);
      return document;
    }

    @Override
    public String what() {
      return "test";
    }

    @Override
    public List<NamedImage> images() {
      List<NamedImage> images = new ArrayList<>();
      for (Document document : documents.values()) {
        Descriptor entry = document.descriptor();
        images.add(new NamedImage(entry, List.of()));
        images.add(new NamedImage(entry.withAnnotations(Map.of("a", "b")), List.of()));
      }
      return images;
    }

    @Override
    public Document manifest(Descriptor descriptor) throws IOException {
      read.add(descriptor.digest());
      Document document = documents.get(descriptor.digest());
      if (document == null) {
        throw new IOException("test");
      }
      return document;
    }

    @Override
    public InputStream blob(Descriptor descriptor) throws IOException {
      throw new IOException("test");
    }

    @Override
    public void close() {}
  }

  private static Document referrer(Document subject, int number) {
    return Document.of(
        MediaType.OCI_INDEX,
        ImageIndex.create(List.of(), Map.of("n", "" + number))
            .json()
            .with("subject", subject.descriptor().json()));
  }

  /** Somebody else's layout may list thousands; each would be read for each. */
  @Test
  void readsEachDocumentOnce() throws IOException {
    Listed bundle = new Listed();
    Document root = bundle.add(ImageIndex.create(List.of(), Map.of()));
    Document last = root;
    for (int i = 0; i < 30; i++) {
      last = bundle.add(referrer(last, i));
    }
    Document other = bundle.add(referrer(root, 30));
    ListedReferrers referrers = new ListedReferrers(bundle);
    assertEquals(List.of(), bundle.read, "nothing before it is asked");
    assertEquals(
        other.descriptor().digest(), referrers.referrersOf(root.descriptor()).get(1).digest());
    for (Document document : List.copyOf(bundle.documents.values())) {
      referrers.referrersOf(document.descriptor());
    }
    assertEquals(List.of(), referrers.referrersOf(last.descriptor()));
    assertEquals(List.copyOf(bundle.documents.keySet()), bundle.read);
  }

  @Test
  void aDocumentThatCannotBeReadIsAFailureEachTime() {
    Listed bundle = new Listed();
    Document root = ImageIndex.create(List.of(), Map.of());
    bundle.documents.put(root.digest(), root);
    ListedReferrers referrers = new ListedReferrers(bundle);
    bundle.documents.replaceAll((digest, document) -> referrer(root, 1));
    assertThrows(IOException.class, () -> referrers.referrersOf(root.descriptor()));
    assertThrows(IOException.class, () -> referrers.referrersOf(root.descriptor()));
  }
}
