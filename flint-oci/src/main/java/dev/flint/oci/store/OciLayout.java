package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Document;
import dev.flint.oci.MediaType;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An OCI image layout folder (OCI image spec, image-layout.md): blobs by digest and an index of
 * names. Any tool that knows layouts reads it as it is; Flint's own files live in {@code .flint}
 * inside, which the spec allows.
 *
 * <p>Bytes enter only through {@link Ingest}. The index is replaced as a whole under a lock. Who
 * adds or reads blobs of an image {@linkplain #use() uses} the layout meanwhile, so that no blob
 * between "is there" and "is named" is removed. Lock order: use before index. Thread-safe; one
 * instance per folder and process.
 */
public final class OciLayout implements AutoCloseable {
  private static final String INDEX_FILE = "index.json";
  private static final String OWN_FOLDER = ".flint";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Path folder;
  private final IndexFile index;
  private final IngestArea ingests;
  private final PartialArea partials;
  private final RenamedFiles names;
  private final StoreLock useLock;
  private final StoreLock indexLock;

  /** Unchecked; for who checks it. */
  OciLayout(Path folder) {
    this.folder = folder;
    this.index = new IndexFile(folder.resolve(INDEX_FILE));
    Path own = folder.resolve(OWN_FOLDER);
    this.names = new RenamedFiles(folder.resolve("blobs"), AtomicFile::syncFolder);
    this.ingests = new IngestArea(own.resolve("ingest"));
    this.partials =
        new PartialArea(
            own.resolve("partial"), new BlobLocks(own.resolve("partial.lock")), PATIENCE);
    this.useLock = new StoreLock(own.resolve("use.lock"), PATIENCE);
    this.indexLock = new StoreLock(own.resolve("index.lock"), PATIENCE);
  }

  /**
   * Opens a layout, making an empty one where there is none.
   *
   * @throws FlintException PROTOCOL if the folder holds something that is not a layout of version
   *     1.0.0
   */
  public static OciLayout openOrCreate(Path folder) throws IOException {
    OciLayout layout = new OciLayout(folder);
    if (!Files.exists(folder.resolve(LayoutVersion.FILE), LinkOption.NOFOLLOW_LINKS)) {
      LayoutVersion.checkIsFree(folder, OWN_FOLDER);
      // The lock comes first: its folder marks a layout in the making.
      try (StoreLock.Hold hold = layout.indexLock.own()) {
        layout.names.makeFolder("sha256");
        if (!Files.exists(folder.resolve(INDEX_FILE), LinkOption.NOFOLLOW_LINKS)) {
          layout.replace(INDEX_FILE, LayoutIndex.empty().bytes());
        }
        layout.replace(LayoutVersion.FILE, LayoutVersion.bytes());
      }
    }
    layout.checkVersion();
    return layout;
  }

  /**
   * Opens a layout that must be there, to read from it.
   *
   * @throws FlintException NOT_FOUND if there is no such folder, PROTOCOL if it is not a layout of
   *     version 1.0.0
   */
  public static OciLayout open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new FlintException(ErrorCode.NOT_FOUND, "there is no folder " + folder);
    }
    OciLayout layout = new OciLayout(folder);
    layout.checkVersion();
    return layout;
  }

  /** The folder of the layout. */
  public Path folder() {
    return folder;
  }

  private void checkVersion() throws IOException {
    String what = "layout file " + folder.resolve(LayoutVersion.FILE);
    LayoutVersion.check(new SmallFile(folder.resolve(LayoutVersion.FILE), what).read(), what);
  }

  /** The current index. */
  public LayoutIndex index() throws IOException {
    return index.read();
  }

  /** The bytes of the current index, for who knows what they say. */
  public byte[] indexBytes() throws IOException {
    return index.bytes();
  }

  /** A change of the index. */
  @FunctionalInterface
  public interface IndexChange {
    /** The index that shall replace the given one. */
    LayoutIndex apply(LayoutIndex index) throws IOException;
  }

  /** Changes the index, atomically and alone. */
  public void changeIndex(IndexChange change) throws IOException {
    try (StoreLock.Hold hold = indexLock.own()) {
      // A change is never based on what is remembered.
      index.forget();
      LayoutIndex before = index();
      LayoutIndex after = change.apply(before);
      if (after != before) {
        byte[] bytes = after.bytes();
        if (bytes.length > SmallFile.MAX_BYTES) {
          // Written all the same, it could never be read again.
          throw new FlintException(
              ErrorCode.POLICY,
              "the index of " + folder + " would be longer than " + SmallFile.MAX_BYTES + " bytes",
              "remove images that are no longer needed");
        }
        names.flushAll();
        try {
          replace(INDEX_FILE, bytes);
        } finally {
          index.forget();
        }
      }
    }
  }

  /** Points a name at a manifest or index whose blobs are all there. */
  public void tag(String name, Descriptor target) throws IOException {
    tagAll(Map.of(name, target));
  }

  /** As {@link #tag}: all names move, or none does. */
  public void tagAll(Map<String, Descriptor> targets) throws IOException {
    changeIndex(
        before -> {
          LayoutIndex index = before;
          for (Map.Entry<String, Descriptor> entry : targets.entrySet()) {
            index = index.withMoved(entry.getKey(), entry.getValue());
          }
          return index;
        });
  }

  /**
   * Keeps blobs from being removed until closed, by this thread. Several users may work at once.
   */
  public Use use() throws IOException {
    if (!Files.isWritable(folder)) {
      // Nobody removes anything from what cannot be written.
      return () -> {};
    }
    StoreLock.Hold hold = useLock.share();
    return hold::close;
  }

  /** Shared by who {@linkplain #use() uses} the layout, owned by who removes blobs. */
  StoreLock useLock() {
    return useLock;
  }

  /** A layout in use. */
  public interface Use extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** The blob with this digest. */
  public Optional<Blob> find(Digest digest) throws IOException {
    Path file = blobPath(digest);
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile()) {
        throw new FlintException(ErrorCode.POLICY, "blob is not a plain file: " + file);
      }
      return Optional.of(new Blob(file, digest, attributes.size()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The blob a descriptor points to, of the announced size. */
  public Optional<Blob> find(Descriptor descriptor) throws IOException {
    return find(descriptor.digest()).filter(blob -> blob.size() == descriptor.size());
  }

  /**
   * The blob a descriptor points to.
   *
   * @throws FlintException NOT_FOUND if it is missing, INTEGRITY if its size differs
   */
  public Blob require(Descriptor descriptor) throws IOException {
    Optional<Blob> blob = find(descriptor.digest());
    if (blob.isEmpty()) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          "blob " + descriptor.digest() + " is missing in " + folder,
          "pull or import the image again");
    }
    if (blob.get().size() != descriptor.size()) {
      throw new IntegrityException(
          "blob "
              + descriptor.digest()
              + " is "
              + blob.get().size()
              + " bytes long, announced were "
              + descriptor.size(),
          "remove the file " + blob.get().file() + " and pull the image again");
    }
    return blob.get();
  }

  /**
   * Removes a blob whose bytes are no longer what its digest says, so that the next pull fetches it
   * again.
   *
   * @return whether it was damaged
   */
  public boolean discardIfDamaged(Descriptor descriptor) throws IOException {
    Optional<Blob> blob = find(descriptor.digest());
    if (blob.isEmpty()) {
      return false;
    }
    try (InputStream in = blob.get().openVerified()) {
      in.skipNBytes(blob.get().size());
      return in.read() >= 0;
    } catch (IntegrityException e) {
      return delete(descriptor.digest());
    }
  }

  /** A file beside the blobs for what follows from them, for example {@code images}. */
  public DerivedFile derived(String name) {
    return new DerivedFile(folder.resolve(OWN_FOLDER).resolve(name), ingests);
  }

  /** Reads and verifies a small blob: a config or a manifest of at most 4 MiB. */
  public byte[] read(Descriptor descriptor) throws IOException {
    if (descriptor.size() > SmallFile.MAX_BYTES) {
      throw new FlintException(
          ErrorCode.POLICY,
          "refusing to read " + descriptor + ": the limit is " + SmallFile.MAX_BYTES + " bytes");
    }
    try (InputStream in = require(descriptor).openVerified()) {
      // Not all bytes: for a list of images, buffers for more than there is are most of the work.
      byte[] bytes = in.readNBytes((int) descriptor.size());
      // Only at its end are the bytes verified.
      in.read();
      return bytes;
    }
  }

  /** Reads and verifies a manifest or an index. */
  public Document document(Descriptor descriptor) throws IOException {
    return Document.received(
        read(descriptor), descriptor.digest(), Optional.of(descriptor.mediaType()));
  }

  /** Starts a blob of unknown digest. */
  public Ingest ingest() throws IOException {
    return Ingest.start(this, ingests.newFile(), Optional.empty());
  }

  /** Starts a blob that must become what the descriptor says. */
  public Ingest ingest(Descriptor expected) throws IOException {
    return Ingest.start(this, ingests.newFile(), Optional.of(expected));
  }

  /**
   * Holds what came of a blob in earlier runs, alone; the caller closes it and looks first whether
   * the blob is there by now. Waits for others who fetch the same blob, as long as they get on.
   *
   * @return empty if another has held it for a minute without getting on
   */
  public Optional<PartialBlob> partial(Descriptor expected, PartialBlob.Form form)
      throws IOException {
    return partials.open(this, expected, form);
  }

  PartialArea partials() {
    return partials;
  }

  IngestArea ingests() {
    return ingests;
  }

  /** Stores bytes made here. */
  public Blob put(byte[] bytes) throws IOException {
    try (Ingest ingest = ingest()) {
      ingest.write(bytes);
      return ingest.commit();
    }
  }

  /** Stores a document under its digest. Then the names of all blobs so far are on the device. */
  public void put(Document document) throws IOException {
    try (Ingest ingest = ingest(document.descriptor())) {
      ingest.write(document.bytes());
      ingest.commit();
    }
    names.flush();
  }

  /**
   * A fresh name, beside the blobs, for a file whose digest is known only at its end. What a killed
   * process leaves there is removed by the next one.
   */
  public Path newUnfinishedFile() throws IOException {
    return ingests.newFile();
  }

  /**
   * Takes in a file that was verified and flushed, such as a blob of another layout: by hard link,
   * or as a copy where the file systems differ. The file itself stays.
   */
  public Blob link(Blob verified) throws IOException {
    Path temporary = ingests.newFile();
    try {
      try {
        Files.createLink(temporary, verified.file());
      } catch (UnsupportedOperationException | FileSystemException e) {
        return copy(verified);
      }
      Path target = publish(temporary, verified.digest());
      return new Blob(target, verified.digest(), verified.size());
    } finally {
      // A rename onto another link of the same file does nothing and leaves this one.
      Files.deleteIfExists(temporary);
    }
  }

  private Blob copy(Blob verified) throws IOException {
    Descriptor expected = Descriptor.of(MediaType.OCTET_STREAM, verified.digest(), verified.size());
    try (InputStream in = Channels.newInputStream(verified.channel());
        Ingest ingest = ingest(expected)) {
      in.transferTo(ingest);
      return ingest.commit();
    }
  }

  /** Removes a blob, whether or not an image needs it. Returns whether it was there. */
  public boolean delete(Digest digest) throws IOException {
    return new BlobFiles(this).delete(List.of(digest)) > 0;
  }

  /** Puts a verified and flushed file to the place of its digest, and returns that. */
  Path publish(Path verified, Digest digest) throws IOException {
    Path target = blobPath(digest);
    names.rename(verified, target);
    partials.drop(digest);
    return target;
  }

  /** Returns when the names of all blobs so far are on the device; a document does so too. */
  public void flushNames() throws IOException {
    names.flush();
  }

  /** Where a blob is or would be. */
  private Path blobPath(Digest digest) {
    // In one step: a long list looks at every image's.
    return folder.resolve("blobs/" + digest.algorithm() + "/" + digest.encoded());
  }

  private void replace(String name, byte[] bytes) throws IOException {
    AtomicFile.write(folder.resolve(name), bytes, ingests.newFile());
  }

  /** Removes this process's leftovers of unfinished work. */
  @Override
  public void close() throws IOException {
    ingests.close();
  }
}
