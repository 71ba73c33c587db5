package dev.flint.cli.command;

import dev.flint.oci.Document;
import dev.flint.oci.archive.ArchiveFile;
import dev.flint.oci.archive.ArchiveOutput;
import dev.flint.oci.archive.Archives;
import dev.flint.oci.archive.ImageBundle;
import dev.flint.oci.archive.LayoutFolder;
import dev.flint.oci.archive.ListedReferrers;
import dev.flint.oci.archive.Location;
import dev.flint.oci.archive.Location.Form;
import dev.flint.oci.archive.Spool;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.GarbageCollector;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.RegistryClient;
import dev.flint.registry.RegistryRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens places that images are read from; all that was opened is closed together. */
final class Places implements AutoCloseable {
  private final Context context;
  private final RegistryOptions registry;
  private final Spool spool;

  /** A folder is opened once, as this process cannot lock it twice. */
  private final Map<Path, LayoutFolder> folders = new HashMap<>();

  private final Deque<ImageBundle> open = new ArrayDeque<>();
  private boolean storeChanges;
  private @Nullable RegistryClient client;

  Places(Context context, RegistryOptions registry, Spool spool) {
    this.context = context;
    this.registry = registry;
    this.spool = spool;
  }

  /** Temporary files, as large as the user allows. */
  Spool spool() {
    return spool;
  }

  /**
   * Finds the image at a place.
   *
   * @throws FlintException NOT_FOUND if there is none, or no single one
   */
  Origin origin(Location location) throws IOException {
    if (location instanceof Location.Registry place) {
      RegistryRepository repository = repository(place);
      Document root =
          repository
              .resolve(place.reference())
              .orElseThrow(
                  () ->
                      new FlintException(
                          ErrorCode.NOT_FOUND, "image " + location + " does not exist"));
      return new Origin(
          repository, root, subject -> repository.referrers(subject.digest(), Optional.empty()));
    }
    if (location instanceof Location.Store place) {
      LayoutFolder store = store();
      LayoutImages images = new LayoutImages(store.layout());
      Document root = images.manifest(images.require(place.reference()));
      return new Origin(images, root, new ListedReferrers(store));
    }
    if (location instanceof Location.Folder place) {
      return origin(folder(place.folder(), false), place.name());
    }
    Location.Archive place = (Location.Archive) location;
    return origin(bundle(place), place.name());
  }

  private static Origin origin(ImageBundle bundle, Optional<String> name) throws IOException {
    return new Origin(
        bundle, bundle.manifest(bundle.choose(name).root()), new ListedReferrers(bundle));
  }

  RegistryRepository repository(Location.Registry place) throws IOException {
    if (client == null) {
      // One for all places: what is typed or piped in for it can be read once.
      client = context.registry(registry);
    }
    return client.repository(place.reference());
  }

  /** The local store, in use until this is closed. */
  LayoutFolder store() throws IOException {
    return opened(context.home().resolve("store"), context::store);
  }

  /** The local store, to be changed. */
  OciLayout storeToChange() throws IOException {
    storeChanges = true;
    return store().layout();
  }

  /** A layout folder, in use until this is closed. */
  LayoutFolder folder(Path folder, boolean create) throws IOException {
    return opened(folder, () -> create ? OciLayout.openOrCreate(folder) : OciLayout.open(folder));
  }

  private interface Opener {
    OciLayout open() throws IOException;
  }

  private LayoutFolder opened(Path folder, Opener opener) throws IOException {
    Path key = Files.exists(folder) ? folder.toRealPath() : folder.toAbsolutePath().normalize();
    LayoutFolder known = folders.get(key);
    if (known == null) {
      known = new LayoutFolder(opener.open());
      open.push(known);
      folders.put(folder.toRealPath(), known);
    }
    return known;
  }

  /**
   * Opens an archive. What comes from standard input may be of either kind, as may what is called a
   * docker-archive.
   */
  ImageBundle bundle(Location.Archive place) throws IOException {
    ArchiveFile archive =
        place.file().isPresent()
            ? ArchiveFile.open(place.file().get(), spool)
            : ArchiveFile.spooled(context.input(), "the archive on standard input", spool);
    boolean either = place.form() == Form.DOCKER || place.file().isEmpty();
    ImageBundle bundle = either ? Archives.read(archive, spool) : Archives.readLayout(archive);
    open.push(bundle);
    return bundle;
  }

  /**
   * Begins an archive; the caller closes it.
   *
   * @throws FlintException USAGE if it would go to a terminal
   */
  ArchiveOutput output(Location.Archive place, boolean force) throws IOException {
    if (place.file().isEmpty() && context.console().outTerminal()) {
      throw new FlintException(
          ErrorCode.USAGE, "an archive is not for a terminal", "write it to a file or a pipe");
    }
    return place.file().isPresent()
        ? ArchiveOutput.toFile(place.file().get(), force)
        : ArchiveOutput.toStream(new PipedResult(context.console().out(), "archive"));
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (ImageBundle bundle : open) {
      try {
        bundle.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (storeChanges) {
      // What a moved name pointed to may have no other name.
      try (OciLayout store = context.store()) {
        new GarbageCollector(store).sweep();
      }
    }
  }
}
