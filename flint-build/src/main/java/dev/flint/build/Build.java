package dev.flint.build;

import dev.flint.build.VariantBuilder.Prepared;
import dev.flint.build.VariantBuilder.Stored;
import dev.flint.build.file.Kind;
import dev.flint.build.input.FileDigests;
import dev.flint.build.input.Fingerprint;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the variants of a build file: those of which something changed, side by side. Names move
 * only when all is there, so that they never tell of two different builds. Used for one build.
 */
public final class Build {
  private final OciLayout store;
  private final BuildRecords records;
  private final Map<Kind, VariantBuilder> builders;
  private final Path workFolders;
  private final InstantSource clock;
  private final FileDigests digests = new FileDigests();

  /**
   * Builds into a store, which the caller uses meanwhile.
   *
   * @param workFolders where files that are not kept may be
   */
  public Build(
      OciLayout store,
      BuildRecords records,
      List<VariantBuilder> builders,
      Path workFolders,
      InstantSource clock) {
    this.store = store;
    this.records = records;
    this.builders = new LinkedHashMap<>();
    builders.forEach(builder -> this.builders.put(builder.kind(), builder));
    this.workFolders = workFolders;
    this.clock = clock;
  }

  private record Job(Kind kind, Platform platform) {}

  private record Made(Document manifest, boolean anew, List<String> notes) {}

  /**
   * Finds and checks what a build would read, and makes nothing.
   *
   * @return what the user should know, in lines
   */
  public List<String> check(BuildRequest request) throws IOException {
    VariantNames.all(request);
    List<String> notes = new ArrayList<>();
    for (Job job : jobs(request)) {
      notes.addAll(builder(job.kind).prepare(request.file(), job.platform).notes());
    }
    return notes;
  }

  /**
   * Builds.
   *
   * @throws FlintException if a variant cannot be made; then no name has moved
   */
  public List<BuiltVariant> run(BuildRequest request) throws IOException {
    Map<Kind, List<Reference>> names = VariantNames.all(request);
    Map<Job, Made> made;
    try (WorkFolder work = new WorkFolder(workFolders)) {
      made = SideBySide.run(jobs(request), job -> make(request, job, work));
    }
    List<BuiltVariant> out = new ArrayList<>();
    for (Kind kind : request.kinds()) {
      out.add(variant(request, kind, names.getOrDefault(kind, List.of()), made));
    }
    tag(out);
    return out;
  }

  /** At once, or names would tell of two builds that run side by side. */
  private void tag(List<BuiltVariant> variants) throws IOException {
    String build =
        VariantNames.build(variants.stream().map(one -> one.document().descriptor()).toList());
    Map<String, Descriptor> targets = new LinkedHashMap<>();
    for (BuiltVariant variant : variants) {
      Descriptor target =
          variant
              .document()
              .descriptor()
              .withAnnotations(VariantNames.notes(variant.kind(), build));
      variant.names().forEach(name -> targets.put(LayoutImages.nameOf(name), target));
    }
    store.tagAll(targets);
  }

  private List<Job> jobs(BuildRequest request) throws FlintException {
    List<Job> jobs = new ArrayList<>();
    for (Kind kind : request.kinds()) {
      platforms(request, kind).forEach(platform -> jobs.add(new Job(kind, platform)));
    }
    return jobs;
  }

  /** A kind that is not for all platforms is made for those that it is for. */
  private List<Platform> platforms(BuildRequest request, Kind kind) throws FlintException {
    VariantBuilder builder = builder(kind);
    List<Platform> platforms = request.platforms().stream().filter(builder::isFor).toList();
    if (platforms.isEmpty()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "the variant " + kind + " cannot be made for any of " + request.platforms());
    }
    return platforms;
  }

  private VariantBuilder builder(Kind kind) throws FlintException {
    VariantBuilder builder = builders.get(kind);
    if (builder == null) {
      throw new FlintException(ErrorCode.UNSUPPORTED, "no variant " + kind + " can be built here");
    }
    return builder;
  }

  private Made make(BuildRequest request, Job job, WorkFolder work) throws IOException {
    Prepared prepared = builder(job.kind).prepare(request.file(), job.platform);
    Fingerprint print = new Fingerprint(prepared.recipe(), prepared.inputs(), digests);
    Path file = request.file().path();
    String look = print.look(clock.instant());
    Optional<BuildRecord> before =
        request.anew() ? Optional.empty() : records.find(file, job.kind, job.platform);
    Optional<Document> kept =
        before.isPresent() ? whole(before.get().manifest()) : Optional.empty();
    if (before.isPresent() && kept.isPresent() && before.get().looksLike(look)) {
      return new Made(kept.get(), false, prepared.notes());
    }
    String content = print.content();
    if (before.isPresent() && kept.isPresent() && content.equals(before.get().content())) {
      records.put(
          file, job.kind, job.platform, new BuildRecord(look, content, before.get().manifest()));
      return new Made(kept.get(), false, prepared.notes());
    }
    Stored stored = work.with(prepared::build);
    Descriptor manifest = stored.manifest().descriptor();
    // If another variant fails it gets no name, and nobody would know that it is not wanted.
    store.changeIndex(index -> index.withUnclaimed(manifest));
    // What was edited meanwhile may be in the image as it was or as it is.
    if (print.content().equals(content)) {
      records.put(file, job.kind, job.platform, new BuildRecord(look, content, manifest));
    }
    List<String> notes = new ArrayList<>(prepared.notes());
    notes.addAll(stored.notes());
    return new Made(stored.manifest(), true, notes);
  }

  /** A manifest that is in the store with all its parts; a damaged one is made anew. */
  private Optional<Document> whole(Descriptor descriptor) throws IOException {
    if (store.find(descriptor).isEmpty()) {
      return Optional.empty();
    }
    Document document;
    Manifest manifest;
    try {
      document = store.document(descriptor);
      manifest = Manifest.of(document);
    } catch (FlintException e) {
      return Optional.empty();
    }
    List<Descriptor> parts = new ArrayList<>(manifest.layers());
    parts.add(manifest.config());
    for (Descriptor part : parts) {
      if (store.find(part).isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.of(document);
  }

  private BuiltVariant variant(
      BuildRequest request, Kind kind, List<Reference> names, Map<Job, Made> made)
      throws IOException {
    List<Descriptor> entries = new ArrayList<>();
    List<Platform> anew = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Optional<Document> only = Optional.empty();
    List<Platform> platforms = platforms(request, kind);
    for (Platform platform : platforms) {
      Made one = made.get(new Job(kind, platform));
      if (one == null) {
        throw new IllegalStateException("not made: " + kind + " " + platform);
      }
      only = Optional.of(one.manifest);
      entries.add(one.manifest.descriptor().withPlatform(platform));
      one.notes.stream().filter(note -> !notes.contains(note)).forEach(notes::add);
      if (one.anew) {
        anew.add(platform);
      }
    }
    Document document = entries.size() == 1 ? only.orElseThrow() : ImageIndex.create(entries);
    store.put(document);
    return new BuiltVariant(kind, names, document, platforms, anew, notes);
  }
}
