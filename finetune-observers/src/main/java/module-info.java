/**
 * Observers of a training, for files and monitoring systems. Start at {@link
 * dev.finetune.observe.CsvObserver}.
 */
@SuppressWarnings("requires-transitive-automatic")
module dev.finetune.observers {
  requires transitive dev.finetune.core;
  requires com.google.protobuf;
  // Only MicrometerObserver needs it.
  requires static transitive micrometer.core;

  exports dev.finetune.observe;
}
