/** What an application on the module path has to require: no engine, and no native library. */
module org.example.consumer {
  requires dev.finetune.datasets;
  requires dev.finetune.observers;
  requires dev.finetune.zoo;
}
