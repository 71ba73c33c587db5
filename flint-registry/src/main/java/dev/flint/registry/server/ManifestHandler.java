package dev.flint.registry.server;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.store.Blob;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.store.OciLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reading and deleting manifests (distribution spec end-3, end-9). */
final class ManifestHandler {
  private final Repositories repositories;
  private final Optional<ManifestCache> cache;
  private final ManifestPush push;

  /**
   * A handler.
   *
   * @param cache where manifests come from that are not here
   */
  ManifestHandler(Repositories repositories, Optional<ManifestCache> cache, LargeDocuments large) {
    this.repositories = repositories;
    this.cache = cache;
    this.push = new ManifestPush(repositories, large);
  }

  void serve(Call call, String name, String reference) throws IOException, Refusal {
    switch (call.method()) {
      case "GET", "HEAD" -> {
        if (cache.isPresent()) {
          cache.get().refresh(call, name, reference);
          if (read(call, repositories.require(name), reference)) {
            return;
          }
          // Swept just now.
          cache.get().refresh(call, name, reference);
        }
        if (!read(call, repositories.require(name), reference)) {
          throw unknown(reference);
        }
      }
      case "PUT" -> push.serve(call, name, reference);
      case "DELETE" -> delete(call, repositories.require(name), reference);
      default -> throw Refusal.method(call, "GET, HEAD, PUT, DELETE");
    }
  }

  /** Answers with what is here; false if it is not. */
  private static boolean read(Call call, Repository repository, String reference)
      throws IOException, Refusal {
    OciLayout layout = repository.layout();
    Optional<Descriptor> found = find(layout.index(), reference);
    Optional<Blob> blob = found.isPresent() ? layout.find(found.get()) : Optional.empty();
    if (found.isEmpty() || blob.isEmpty()) {
      return false;
    }
    try (FileChannel channel = blob.get().channel()) {
      send(call, found.get(), blob.get(), channel);
      return true;
    } catch (NoSuchFileException e) {
      // Just removed.
      return false;
    }
  }

  private static void send(Call call, Descriptor entry, Blob blob, FileChannel channel)
      throws IOException {
    String tag = "\"" + entry.digest() + "\"";
    call.with("Docker-Content-Digest", entry.digest().toString()).with("ETag", tag);
    if (ETags.match(call.header("If-None-Match"), tag)) {
      call.answer(304, entry.size()).close();
    } else if (call.isHead()) {
      call.with("Content-Type", entry.mediaType().value()).answer(200, entry.size()).close();
    } else {
      // Before the first byte is sent there is still time for words.
      try (InputStream in = blob.openVerified()) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      call.with("Content-Type", entry.mediaType().value());
      try (OutputStream out = call.answer(200, blob.size())) {
        BlobHandler.copy(channel, new ByteRange(0, blob.size()), out);
      }
    }
  }

  /** The entry of a tag or of a digest. */
  static Optional<Descriptor> find(LayoutIndex index, String reference)
      throws IOException, Refusal {
    if (reference.indexOf(':') < 0) {
      return Reference.isTag(reference) ? index.find(reference) : Optional.empty();
    }
    Digest digest = DigestText.parse(reference);
    return index.entries().stream().filter(entry -> entry.digest().equals(digest)).findFirst();
  }

  private static void delete(Call call, Repository repository, String reference)
      throws IOException, Refusal {
    boolean there =
        reference.indexOf(':') < 0
            ? deleteTag(repository, reference)
            : deleteManifest(repository, DigestText.parse(reference));
    if (!there) {
      throw unknown(reference);
    }
    call.answer(202);
  }

  /** Only the tag goes; the manifest stays listed, without a name. */
  private static boolean deleteTag(Repository repository, String tag) throws IOException {
    List<Descriptor> found = new ArrayList<>();
    repository
        .layout()
        .changeIndex(
            index -> {
              Optional<Descriptor> entry = index.find(tag);
              entry.ifPresent(found::add);
              return entry.isEmpty()
                  ? index
                  : index.withoutName(tag).withEntry(LayoutIndex.unnamed(entry.get()));
            });
    return !found.isEmpty();
  }

  /** All tags of the manifest go with it. */
  private static boolean deleteManifest(Repository repository, Digest digest) throws IOException {
    List<Descriptor> found = new ArrayList<>();
    repository
        .layout()
        .changeIndex(
            index -> {
              index.entries().stream()
                  .filter(entry -> entry.digest().equals(digest))
                  .forEach(found::add);
              return index.without(entry -> entry.digest().equals(digest));
            });
    repository.remove(found);
    return !found.isEmpty();
  }

  /** What to say of a manifest that nobody has. */
  static Refusal unknown(String reference) {
    return new Refusal(404, Problem.MANIFEST_UNKNOWN, "there is no manifest " + reference);
  }
}
