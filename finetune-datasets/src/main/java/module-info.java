/** Reads, checks and splits images. Start at {@link dev.finetune.datasets.ClassFolders}. */
module dev.finetune.datasets {
  requires transitive dev.finetune.core;
  requires com.twelvemonkeys.imageio.jpeg;
  requires java.management; // for the processor time of a thread
  requires kotlin.stdlib; // for the WebP reader, whose jar has no module name
  requires transitive java.desktop;
  requires org.apache.commons.csv;
  requires org.slf4j;

  exports dev.finetune.datasets;
}
