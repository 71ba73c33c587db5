package dev.flint.agent.instance;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import dev.flint.oci.store.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The folders of all instances. What is in one was flushed before anybody was told of it; a folder
 * that is being made or removed has a name no instance can have. One process has a store at a time.
 */
public final class InstanceStore {
  /** No letter an {@link InstanceId} may begin with. */
  private static final String ASIDE = ".";

  private final Path root;
  private final Path sockets;

  /**
   * A store.
   *
   * @param root the folder of the instances' folders
   * @param sockets a folder with a short path, for the sockets of all instances
   */
  public InstanceStore(Path root, Path sockets) {
    this.root = root;
    this.sockets = sockets;
  }

  /** Makes the folders, and removes what a killed process left half made or half removed. */
  public void open() throws IOException {
    Files.createDirectories(root);
    Files.createDirectories(sockets);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, ASIDE + "*")) {
      for (Path entry : entries) {
        FolderTree.delete(entry);
      }
    }
  }

  /** The ids, sorted. */
  public List<InstanceId> ids() throws IOException {
    List<InstanceId> ids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        try {
          ids.add(new InstanceId(String.valueOf(entry.getFileName())));
        } catch (IllegalArgumentException e) {
          // Being made or removed, or not ours.
        }
      }
    }
    Collections.sort(ids);
    return ids;
  }

  /** Where an instance is or would be. */
  public InstanceFolder folder(InstanceId id) {
    return new InstanceFolder(id, root.resolve(id.text()), sockets);
  }

  /**
   * Keeps a new instance.
   *
   * @throws FlintException USAGE if there is one of this name
   */
  public InstanceFolder create(InstanceSpec spec, PreparedImage image, InstanceState state)
      throws IOException {
    if (Files.exists(folder(spec.id()).root(), LinkOption.NOFOLLOW_LINKS)) {
      throw new FlintException(
          ErrorCode.USAGE,
          "there is an instance named " + spec.id(),
          "remove it: flint rm " + spec.id() + ", or choose another name");
    }
    Path aside = root.resolve(ASIDE + UUID.randomUUID());
    InstanceFolder made = new InstanceFolder(spec.id(), aside, sockets);
    try {
      Files.createDirectories(made.run());
      Files.createDirectories(made.logs());
      write(made.spec(), SpecDocument.write(spec));
      write(made.image(), ImageDocument.write(image));
      write(made.state(), state.toJson());
      AtomicFile.publish(aside, folder(spec.id()).root());
    } catch (IOException e) {
      FolderTree.delete(aside);
      throw e;
    }
    return folder(spec.id());
  }

  /** Forgets an instance and all its files. */
  public void remove(InstanceId id) throws IOException {
    Path aside = root.resolve(ASIDE + UUID.randomUUID());
    try {
      AtomicFile.publish(folder(id).root(), aside);
    } catch (NoSuchFileException e) {
      return;
    }
    FolderTree.delete(aside);
  }

  /** The wish. */
  public InstanceSpec spec(InstanceFolder folder) throws IOException {
    return SpecDocument.read(read(folder.spec()));
  }

  /** Its image. */
  public PreparedImage image(InstanceFolder folder) throws IOException {
    return ImageDocument.read(read(folder.image()));
  }

  /** Its state. */
  public InstanceState state(InstanceFolder folder) throws IOException {
    return InstanceState.of(read(folder.state()));
  }

  /** Keeps a state. */
  public void keep(InstanceFolder folder, InstanceState state) throws IOException {
    write(folder.state(), state.toJson());
  }

  /** The plan of the run that was not cleaned up after. */
  public Optional<JsonObject> plan(InstanceFolder folder) throws IOException {
    return Files.exists(folder.plan()) ? Optional.of(read(folder.plan())) : Optional.empty();
  }

  /** Keeps a plan, before anything is started by it. */
  public void keepPlan(InstanceFolder folder, JsonObject plan) throws IOException {
    write(folder.plan(), plan);
  }

  /** Forgets the plan, after everything of it is gone. */
  public void forgetPlan(InstanceFolder folder) throws IOException {
    Files.deleteIfExists(folder.plan());
  }

  private static JsonObject read(Path file) throws IOException {
    return JsonObject.parse(Files.readAllBytes(file), file.toString());
  }

  private static void write(Path file, JsonObject json) throws IOException {
    AtomicFile.write(file, json.bytes(), file.resolveSibling(file.getFileName() + ".new"));
  }
}
