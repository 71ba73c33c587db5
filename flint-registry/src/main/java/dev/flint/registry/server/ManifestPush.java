package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.MediaType;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.store.Pieces;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Pushing manifests (distribution spec end-7). */
final class ManifestPush {
  private static final int BUFFER = 32 * 1024;

  private final Repositories repositories;
  private final LargeDocuments large;

  ManifestPush(Repositories repositories, LargeDocuments large) {
    this.repositories = repositories;
    this.large = large;
  }

  void serve(Call call, String name, String reference) throws IOException, Refusal {
    Optional<Digest> wanted = Optional.empty();
    if (reference.indexOf(':') >= 0) {
      wanted = Optional.of(DigestText.parseCheckable(reference));
    } else if (!Reference.isTag(reference)) {
      throw new Refusal(400, Problem.MANIFEST_INVALID, "the tag is malformed");
    }
    long length = call.body().announced();
    if (length > RegistryRepository.MAX_MANIFEST) {
      throw tooLong();
    }
    if (length >= 0 && length <= LargeDocuments.SMALL) {
      push(call, name, reference, document(call, call.body().readAtMost((int) length), wanted));
    } else {
      pushLarge(call, name, reference, wanted);
    }
  }

  /** By way of a file: memory is not for what comes slowly. */
  private void pushLarge(Call call, String name, String reference, Optional<Digest> wanted)
      throws IOException, Refusal {
    Path file = repositories.create(name).layout().newUnfinishedFile();
    try {
      long length = receive(call.body(), file);
      try (LargeDocuments.Turn turn = large.take(call, length);
          InputStream in = Pieces.open(file)) {
        Document document = document(call, in.readAllBytes(), wanted);
        // What was answered with success leaves nothing behind.
        Files.delete(file);
        push(call, name, reference, document);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static long receive(RequestBody body, Path file) throws IOException, Refusal {
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      int n;
      while ((n = body.read(buffer)) >= 0) {
        if (body.count() > RegistryRepository.MAX_MANIFEST) {
          throw tooLong();
        }
        out.write(buffer, 0, n);
      }
    }
    return body.count();
  }

  private void push(Call call, String name, String reference, Document document)
      throws IOException, Refusal {
    List<Descriptor> needed;
    Descriptor entry;
    Optional<Digest> subject;
    try {
      needed = needed(document);
      entry = ListedManifest.entry(document);
      subject = ListedManifest.subject(entry);
    } catch (FlintException e) {
      throw invalid(e);
    }
    Repository repository = repositories.create(name);
    Optional<String> tag = Optional.of(reference).filter(Reference::isTag);
    store(repository.layout(), document, needed, entry, tag);
    subject.ifPresent(digest -> call.with("OCI-Subject", digest.toString()));
    call.with("Location", "/v2/" + name + "/manifests/" + document.digest())
        .with("Docker-Content-Digest", document.digest().toString())
        .answer(201);
  }

  private static Document document(Call call, byte[] bytes, Optional<Digest> wanted)
      throws IOException, Refusal {
    Digest digest = wanted.isPresent() ? wanted.get().sameAlgorithm(bytes) : Digest.sha256(bytes);
    if (wanted.isPresent() && !digest.equals(wanted.get())) {
      throw new Refusal(
          400, Problem.DIGEST_INVALID, "the manifest has the digest " + digest + ", not its own");
    }
    try {
      return Document.received(bytes, digest, call.header("Content-Type").map(MediaType::new));
    } catch (FlintException e) {
      throw invalid(e);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, Problem.MANIFEST_INVALID, "the Content-Type is malformed");
    }
  }

  private static Refusal tooLong() {
    return new Refusal(413, Problem.MANIFEST_INVALID, "the manifest is longer than 4 MiB");
  }

  private static Refusal invalid(FlintException e) {
    return new Refusal(400, Problem.MANIFEST_INVALID, String.valueOf(e.getMessage()));
  }

  /** What must be in the repository; layers that live elsewhere need not. */
  private static List<Descriptor> needed(Document document) throws FlintException {
    if (document.isIndex()) {
      return ImageIndex.of(document).manifests();
    }
    Manifest manifest = Manifest.of(document);
    List<Descriptor> needed = new ArrayList<>();
    needed.add(manifest.config());
    for (Descriptor layer : manifest.layers()) {
      if (layer.json().strings("urls").isEmpty()) {
        needed.add(layer);
      }
    }
    return needed;
  }

  private static void store(
      OciLayout layout,
      Document document,
      List<Descriptor> needed,
      Descriptor entry,
      Optional<String> tag)
      throws IOException, Refusal {
    try (OciLayout.Use use = layout.use()) {
      checkThere(layout, needed);
      layout.put(document);
      layout.changeIndex(
          index ->
              tag.isPresent()
                  ? ListedManifest.named(index, tag.get(), entry)
                  : index.withEntry(entry));
    }
  }

  private static void checkThere(OciLayout layout, List<Descriptor> needed)
      throws IOException, Refusal {
    List<JsonObject> missing = new ArrayList<>();
    List<JsonObject> wrongSize = new ArrayList<>();
    for (Descriptor descriptor : needed) {
      Optional<Blob> blob = layout.find(descriptor.digest());
      if (blob.isEmpty()) {
        missing.add(brief(descriptor));
      } else if (blob.get().size() != descriptor.size()) {
        wrongSize.add(brief(descriptor));
      }
    }
    if (!missing.isEmpty()) {
      throw new Refusal(
          new ErrorReply(
              404, Problem.MANIFEST_BLOB_UNKNOWN, "push what the manifest names first", missing));
    }
    if (!wrongSize.isEmpty()) {
      throw new Refusal(
          new ErrorReply(
              400, Problem.SIZE_INVALID, "the blob in the repository has another size", wrongSize));
    }
  }

  /** Descriptors may carry megabytes of annotations and data. */
  private static JsonObject brief(Descriptor descriptor) {
    return Descriptor.of(descriptor.mediaType(), descriptor.digest(), descriptor.size()).json();
  }
}
