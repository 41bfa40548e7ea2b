"""Writes ../resources/torch: the state of a small network of its own as torch.save writes it, an image, and the features that torch computes.

Needs PyTorch (the files were written with 2.13). Run: python3 make_own_network.py
"""
import json
import pathlib

import torch
from torch import nn

OUT = pathlib.Path(__file__).parent.parent / "resources" / "torch"
MEAN = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 12, 3, padding=1), nn.ReLU()
        )
        self.fc = nn.Linear(12, 5)

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


torch.manual_seed(1)
network = Network()
network(torch.randn(64, 3, 8, 8))  # Gives the normalisation statistics that are not 0 and 1.
network.eval()
image = torch.randint(0, 256, (3, 8, 8)).float()
with torch.no_grad():
    features = network.features(((image / 255 - MEAN) / STD)[None])[0]
torch.save(network.state_dict(), OUT / "own-network.pt")
(OUT / "own-network.json").write_text(
    json.dumps({"image": [int(v) for v in image.flatten()], "features": [float(f"{v:.7g}") for v in features.flatten()]}) + "\n"
)
