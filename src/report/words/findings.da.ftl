# Dansk: hvad en advarsel eller bemærkning betyder, efter dens kode. Programmet skriver selve beskeden, med tal og navne,
# på engelsk; på dansk står denne sætning foran den. En prøve holder listen lig med de koder, der kan nå en læser.

finding-RV0123 = Der er få gentagne udtrækninger, så intervallerne er upræcise.
finding-RV0125 = En fil ligger uden for sin mappe, som det er tilladt i kørslen.
finding-RV0141 = Sandsynligheden for hver gruppe er ikke den samme i alle strata, og en analyse sammenligner på tværs af strata.
finding-RV0302 = Rækker om personer uden for forsøget er udeladt og talt.
finding-RV0314 = Nogle strata har kun personer fra den ene af to grupper, der sammenlignes.
finding-RV0318 = En tilstand, som undersøgelsen nævner, findes ikke i data.
finding-RV0321 = Nogle personer mangler en værdi for en undergruppe; de tæller med i alt, men ikke i nogen undergruppe.
finding-RV0326 = Et filter udelader alle rækker, fordi ingen har den værdi, det beder om.
finding-RV0328 = En fil har ingen rækker.
finding-RV0329 = I en af grupperne er ingen fulgt til den sidste uge; senere uger kan ikke beregnes.
finding-RV0346 = Dataene slutter med den sidste ugekolonne i filen.
finding-RV0352 = Uger efter den sidste ugekolonne tælles som uger uden ydelse.
finding-RV0406 = En gruppe har i mindst ét stratum under 20 at trække fra, så den omregnede bootstrap (Rao og Wu) er brugt overalt.
finding-RV0407 = Nogle strata mangler en af grupperne og er uden for den stratificerede sammenligning.
finding-RV0430 = Grupperne har ikke de størrelser, som den angivne lodtrækning giver dem.
finding-RV0431 = Nogle af de mængder, der prissættes, har for få personer bag sig og er talt sammen med dem ved siden af.
finding-RV0521 = Mængderne bag regnskabet er ikke med i resultatet, fordi de ville røbe tal om for få personer.
finding-RV0520 = Undersøgelsen beder om en mindste cellestørrelse, som denne version ikke håndhæver.
finding-RV0920 = Priser fra forskellige år er lagt sammen, som de står.
finding-RV0921 = Faktorpriser og markedspriser er lagt sammen, som de står.
finding-RV0922 = En linje er angivet som en udgift til indsatsen, men nogen får gavn af den.
finding-RV0923 = En linje tæller én pr. person i alle grupper og lægger derfor intet til en forskel.
finding-RV0924 = Økonomien er beregnet igen ud fra mængderne i resultatet, med normale intervaller efter deres kovarians og normalfordelte udtrækninger af mængderne.
finding-english = på engelsk: { $message }
finding-RV1003 = Lodtrækningen er gentaget, og nogle personer er ikke i den gruppe, de blev trukket til.
finding-RV1004 = Lodtrækningen er gentaget: alle er i den gruppe, de blev trukket til.
