package dev.flint.build.container;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import dev.flint.build.input.Entry;
import dev.flint.build.input.Layer;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.work.PatientJoin;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Has jib build layers and the config that knows them, from scratch and offline: it asks no
 * registry and no Docker, reads no credentials, and writes below one folder only.
 */
final class JibLayers {
  /** Part of what an image depends on. Its end changes when Flint makes others of jib's layers. */
  static final String TOOL = "jib-core " + Jib.class.getPackage().getImplementationVersion() + " 2";

  /** Nobody sees it: the image gets its names in the store. */
  private static final String NAME = "flint/build:layers";

  private final Path work;

  JibLayers(Path work) {
    this.work = work;
  }

  /**
   * Builds.
   *
   * @param layers at least one
   * @return a tar of an OCI layout with one image
   */
  Path build(List<Layer> layers, dev.flint.oci.Platform platform, Instant created)
      throws IOException {
    Path tar = work.resolve("layers.tar");
    // jib's steps wait for each other, so there must be a thread for each.
    ExecutorService threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "flint-jib");
              thread.setDaemon(true);
              return thread;
            });
    try {
      JibContainerBuilder builder =
          Jib.fromScratch()
              .setFormat(ImageFormat.OCI)
              .setCreationTime(created)
              .setPlatforms(Set.of(new Platform(platform.architecture(), platform.os())));
      for (Layer layer : layers) {
        builder.addFileEntriesLayer(fileEntries(layer));
      }
      builder.containerize(
          Containerizer.to(TarImage.at(tar).named(NAME))
              .setOfflineMode(true)
              .setToolName("flint")
              .setBaseImageLayersCache(work.resolve("base"))
              .setApplicationLayersCache(work.resolve("layers"))
              .setExecutorService(threads));
      return tar;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while layers were built");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : failure(e);
    } catch (RegistryException
        | CacheDirectoryCreationException
        | InvalidImageReferenceException e) {
      throw failure(e);
    } finally {
      // What still runs would write into a folder that is removed next.
      PatientJoin.end(threads);
    }
  }

  private static FlintException failure(Exception e) {
    return new FlintException(
        ErrorCode.LOCAL_IO, "cannot build the layers of a container: " + e.getMessage(), e);
  }

  private static FileEntriesLayer fileEntries(Layer layer) {
    FileEntriesLayer.Builder builder = FileEntriesLayer.builder().setName(layer.name());
    for (Entry entry : layer.entries()) {
      builder.addEntry(
          entry.source(),
          AbsoluteUnixPath.get(entry.target()),
          FilePermissions.fromOctalString("%03o".formatted(entry.mode())),
          FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
          entry.owner());
    }
    return builder.build();
  }
}
