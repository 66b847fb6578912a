const place = document.getElementById("redoc");
Redoc.init(place.dataset.document, { disableSearch: true, hideDownloadButton: true }, place);
